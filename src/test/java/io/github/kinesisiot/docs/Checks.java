package io.github.kinesisiot.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** What is wrong in a document, each as a sentence. */
final class Checks {

    private static final Pattern OUR_PATH =
            Pattern.compile("(?:routes|config|docs|examples|deploy|src|\\.ci)/[A-Za-z0-9_./-]*[A-Za-z0-9_/-]");
    private static final Pattern OUR_CLASS = Pattern.compile("((?:[a-z]+\\.)*)([A-Z][A-Za-z0-9]*)(?:\\.([a-z]\\w+))?");
    private static final Pattern SETTING = Pattern.compile(
            "(?:kinesis|iot|external\\.role|dead-letter)\\.[a-z][a-z.-]*[a-z]|max-attempts|max-record-age");
    private static final Pattern VARIABLE = Pattern.compile("(?:KINESIS|IOT|EXTERNAL_ROLE|DEAD_LETTER)_[A-Z_]+");
    private static final Pattern METER = Pattern.compile("bridge_[a-z_]+[a-z]");
    private static final Pattern COMMAND = Pattern.compile("(?:^|[\\s;&|(=])\\./bridge((?:[ \\t]+[^\\s#;&|<>)`]+)*)");
    private static final Pattern EXTENSION = Pattern.compile("(?:java|md|yaml|json|properties|svg|sh|xml|csv)");

    private final Project project;

    Checks(Project project) {
        this.project = project;
    }

    List<String> links(Document document) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String link : document.links()) {
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? document.file()
                    : document.file().resolveSibling(parts[0]).normalize();
            if (!parts[0].isEmpty() && !Files.exists(target)) {
                wrong.add(document.file() + " links to " + link + ", which is not there");
            } else if (parts.length == 2) {
                Document other = parts[0].isEmpty() ? document : Document.read(target);
                if (!other.anchors().contains(parts[1])) {
                    wrong.add(document.file() + " links to " + link + ", and there is no such heading");
                }
            }
        }
        return wrong;
    }

    /** Names in backquotes that look like ours. */
    List<String> names(Document document) {
        List<String> wrong = new ArrayList<>();
        for (String word : document.codeWords()) {
            if (word.contains("…") || word.contains("*") || word.contains("<")) {
                continue;
            }
            if (OUR_PATH.matcher(word).matches() && !exists(word)) {
                wrong.add(document.file() + " names the file " + word);
            }
            if (SETTING.matcher(word).matches() && !isFile(word) && !isPackage(word) && !project.isSetting(word)) {
                wrong.add(document.file() + " names the setting " + word);
            }
            if (VARIABLE.matcher(word).matches() && !project.isVariable(word)) {
                wrong.add(document.file() + " names the variable " + word);
            }
            wrongClass(word).ifPresent(sentence -> wrong.add(document.file() + " names " + sentence));
            wrong.addAll(meters(document.file(), word));
        }
        return wrong;
    }

    /** Meters anywhere in a text. */
    List<String> meters(Path file, String text) {
        return METER.matcher(text)
                .results()
                .map(found -> found.group())
                .filter(name -> !project.isMeter(name))
                .map(name -> file + " names the meter " + name)
                .toList();
    }

    private Optional<String> wrongClass(String word) {
        var ours = OUR_CLASS.matcher(word);
        if (!ours.matches()) {
            return Optional.empty();
        }
        String simple = ours.group(2);
        String[] packages = ours.group(1).split("\\.");
        boolean named = simple.endsWith("Test") || simple.endsWith("IT") || simple.endsWith("Benchmark");
        boolean inOurs = !ours.group(1).isEmpty() && project.isPackage(packages[packages.length - 1]);
        if (!named && !inOurs) {
            return Optional.empty();
        }
        String method = ours.group(3);
        if (named) {
            return wrongTest(ours.group(1) + simple, method).map(kind -> kind + " " + word);
        }
        var source = project.source(simple);
        if (source.isEmpty()) {
            return Optional.of("the class " + word);
        }
        boolean there = method == null
                || Pattern.compile("\\b" + method + "\\(").matcher(source.get()).find();
        return there ? Optional.empty() : Optional.of("the method " + word);
    }

    /** A test is named with the packages it is in, and its method is one that JUnit or JMH runs. */
    private Optional<String> wrongTest(String name, String method) {
        var found = project.find(name);
        if (found.isEmpty()) {
            return Optional.of("the class");
        }
        boolean there = method == null
                || Stream.of(found.get().getDeclaredMethods())
                        .anyMatch(one -> one.getName().equals(method)
                                && (AnnotationSupport.isAnnotated(one, Testable.class) || name.endsWith("Benchmark")));
        return there ? Optional.empty() : Optional.of("the test");
    }

    /** Calls of the program, in blocks and in backquotes. */
    List<String> commands(Document document) {
        List<String> wrong = new ArrayList<>();
        List<String> texts = new ArrayList<>(document.codeWords());
        document.blocks().stream()
                .filter(block -> Set.of("sh", "").contains(block.language()))
                .forEach(block ->
                        texts.addAll(List.of(block.text().replace("\\\n", " ").split("\n"))));
        for (String text : texts) {
            var command = COMMAND.matcher(text);
            while (command.find()) {
                String[] words = command.group(1).strip().split("\\s+");
                var options = project.optionsOf(words[0]);
                if (words[0].isEmpty()) {
                    continue; // the program itself
                }
                if (options.isEmpty()) {
                    wrong.add(document.file() + ": there is no ./bridge " + words[0]);
                    continue;
                }
                for (String given : words) {
                    if (given.startsWith("--") && !options.get().contains(given)) {
                        wrong.add(document.file() + ": ./bridge " + words[0] + " has no " + given);
                    }
                }
            }
        }
        return wrong;
    }

    /** Blocks that are a language can be read as it, and the files they name are there. */
    List<String> blocks(Document document) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Document.Block block : document.blocks()) {
            String trouble =
                    switch (block.language()) {
                        case "sh" -> shell(block.text());
                        case "json" -> readable(new ObjectMapper(), block.text());
                        case "yaml" -> readable(new YAMLMapper(), block.text());
                        default -> "";
                    };
            if (!trouble.isEmpty()) {
                wrong.add(document.file() + ": " + trouble + " in\n" + block.text());
            }
            if (block.language().equals("sh")) {
                OUR_PATH.matcher(block.text())
                        .results()
                        .filter(found -> startsAWord(block.text(), found.start()))
                        .map(found -> found.group())
                        // What a person fills in is in nobody's checkout.
                        .filter(path -> !path.endsWith("/.env") && !exists(path))
                        .forEach(path -> wrong.add(document.file() + ": a command names " + path));
            }
        }
        return wrong;
    }

    private static boolean startsAWord(String text, int at) {
        return at == 0 || " \t\n\"'=/".indexOf(text.charAt(at - 1)) >= 0 && !(text.charAt(at - 1) == '/');
    }

    private static boolean isFile(String word) {
        return EXTENSION.matcher(word.substring(word.lastIndexOf('.') + 1)).matches();
    }

    private boolean isPackage(String word) {
        return project.isPackage(word.substring(word.lastIndexOf('.') + 1));
    }

    private static boolean exists(String path) {
        return Files.exists(Path.of(path));
    }

    private static String readable(ObjectMapper mapper, String text) {
        try {
            mapper.readTree(text);
            return "";
        } catch (JsonProcessingException e) {
            return e.getOriginalMessage();
        }
    }

    /** Whether a shell could read it; nothing is run. */
    private static String shell(String text) throws Exception {
        Process shell = new ProcessBuilder("sh", "-n").redirectErrorStream(true).start();
        try (var in = shell.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return shell.waitFor() == 0 ? "" : said.strip();
    }
}
