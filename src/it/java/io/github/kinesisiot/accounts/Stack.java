package io.github.kinesisiot.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A CloudFormation template with its parameters given: every intrinsic function worked out as CloudFormation does. A reference that leads
 * nowhere, a parameter that is not there, does not match its pattern or is missing, and a function that it does not know are exceptions.
 */
final class Stack {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode NO_VALUE = MissingNode.getInstance();
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");

    private final JsonNode template;
    private final Map<String, JsonNode> references = new HashMap<>();
    private final Map<String, String> attributes = new HashMap<>();

    /** @param template with its tags written out, {@code Fn::Sub} for {@code !Sub} */
    Stack(JsonNode template, String accountId, String region, Map<String, String> given) {
        this.template = template;
        references.put("AWS::AccountId", TextNode.valueOf(accountId));
        references.put("AWS::Region", TextNode.valueOf(region));
        references.put("AWS::Partition", TextNode.valueOf("aws"));
        references.put("AWS::NoValue", NO_VALUE);
        given.keySet().stream()
                .filter(name -> !template.path("Parameters").has(name))
                .forEach(name -> fail("there is no parameter " + name));
        template.path("Parameters").properties().forEach(parameter -> {
            references.put(parameter.getKey(), value(parameter, given.get(parameter.getKey())));
        });
        template.path("Resources").properties().forEach(resource -> {
            String arn = "arn:aws:iam::" + accountId + ":" + resource.getKey();
            references.put(resource.getKey(), TextNode.valueOf(arn));
            attributes.put(resource.getKey() + ".Arn", arn);
        });
    }

    /** The properties of a resource; nothing if its condition is not met. */
    JsonNode resource(String name) {
        JsonNode resource = template.path("Resources").path(name);
        return met(resource) ? resolve(resource.path("Properties")) : NO_VALUE;
    }

    Map<String, String> outputs() {
        Map<String, String> outputs = new HashMap<>();
        template.path("Outputs").properties().forEach(output -> {
            if (met(output.getValue())) {
                outputs.put(
                        output.getKey(),
                        resolve(output.getValue().path("Value")).asText());
            }
        });
        return outputs;
    }

    private static JsonNode value(Map.Entry<String, JsonNode> parameter, String given) {
        JsonNode rules = parameter.getValue();
        if (given == null && !rules.has("Default")) {
            fail("parameter " + parameter.getKey() + " is required");
        }
        String value = given == null ? rules.get("Default").asText() : given;
        if (rules.has("AllowedPattern")
                && !value.matches(rules.get("AllowedPattern").asText())) {
            fail("parameter " + parameter.getKey() + " must be "
                    + rules.path("ConstraintDescription").asText());
        }
        if (rules.has("AllowedValues") && !rules.get("AllowedValues").toString().contains("\"" + value + "\"")) {
            fail("parameter " + parameter.getKey() + " must be one of " + rules.get("AllowedValues"));
        }
        return TextNode.valueOf(value);
    }

    private boolean met(JsonNode conditional) {
        return !conditional.has("Condition")
                || condition(conditional.get("Condition").asText());
    }

    private boolean condition(String name) {
        JsonNode condition = template.path("Conditions").path(name);
        return condition.isMissingNode() ? fail("there is no condition " + name) : holds(condition);
    }

    private boolean holds(JsonNode condition) {
        if (condition.has("Fn::Not")) {
            return !holds(condition.get("Fn::Not").get(0));
        }
        if (condition.has("Fn::Equals")) {
            return resolve(condition.get("Fn::Equals").get(0))
                    .equals(resolve(condition.get("Fn::Equals").get(1)));
        }
        return fail("unknown condition " + condition);
    }

    private JsonNode resolve(JsonNode node) {
        if (node.isArray()) {
            ArrayNode list = JSON.createArrayNode();
            node.forEach(item -> {
                JsonNode resolved = resolve(item);
                if (resolved != NO_VALUE) {
                    list.add(resolved);
                }
            });
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        String first = node.isEmpty() ? "" : node.fieldNames().next();
        if (first.equals("Ref") || first.startsWith("Fn::")) {
            return function(first, node.get(first));
        }
        ObjectNode object = JSON.createObjectNode();
        node.properties().forEach(field -> {
            JsonNode resolved = resolve(field.getValue());
            if (resolved != NO_VALUE) {
                object.set(field.getKey(), resolved);
            }
        });
        return object;
    }

    private JsonNode function(String name, JsonNode argument) {
        return switch (name) {
            case "Ref" -> reference(argument.asText());
            case "Fn::GetAtt" ->
                TextNode.valueOf(attribute(
                        argument.get(0).asText() + "." + argument.get(1).asText()));
            case "Fn::If" -> resolve(argument.get(condition(argument.get(0).asText()) ? 1 : 2));
            case "Fn::Split" -> {
                ArrayNode parts = JSON.createArrayNode();
                for (String part : resolve(argument.get(1))
                        .asText()
                        .split(Pattern.quote(argument.get(0).asText()))) {
                    parts.add(part);
                }
                yield parts;
            }
            case "Fn::Sub" -> {
                Matcher variables = VARIABLE.matcher(argument.asText());
                String text = variables.replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1).contains(".")
                                ? attribute(found.group(1))
                                : reference(found.group(1)).asText()));
                yield text.contains("${") ? fail("cannot substitute " + text) : TextNode.valueOf(text);
            }
            default -> fail("unknown function " + name);
        };
    }

    private JsonNode reference(String name) {
        return references.containsKey(name) ? references.get(name) : fail("there is no " + name);
    }

    private String attribute(String name) {
        return attributes.containsKey(name) ? attributes.get(name) : fail("there is no " + name);
    }

    private static <T> T fail(String why) {
        throw new IllegalArgumentException(why);
    }
}
