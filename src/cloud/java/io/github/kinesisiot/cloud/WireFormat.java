package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** How a client and a service put things: which of them a request is in, its answer is in as well. */
enum WireFormat {
    JSON(new ObjectMapper()),
    CBOR(new ObjectMapper(new CBORFactory())),
    /** S3: what is asked is in the URL, and only errors are written here. */
    REST(new ObjectMapper());

    private final ObjectMapper mapper;

    WireFormat(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** @param target the header that names the operation; null for REST */
    static WireFormat of(String target, String contentType) {
        if (target == null) {
            return REST;
        }
        return String.valueOf(contentType).contains("cbor") ? CBOR : JSON;
    }

    /** @throws IOException what was sent is not in this format */
    JsonNode read(byte[] body) throws IOException {
        return this == REST || body.length == 0 ? MissingNode.getInstance() : mapper.readTree(body);
    }

    byte[] write(JsonNode answer) {
        try {
            return mapper.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] write(AwsService service, RefusedException refusal) {
        if (this == REST) {
            return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + refusal.code() + "</Code><Message>"
                            + escaped(refusal.getMessage()) + "</Message><RequestId>" + UUID.randomUUID()
                            + "</RequestId></Error>")
                    .getBytes(StandardCharsets.UTF_8);
        }
        ObjectNode error = mapper.createObjectNode();
        error.put("__type", namespace(service, refusal.code()) + refusal.code());
        error.put("message", refusal.getMessage());
        return write(error);
    }

    String contentType(String asked) {
        return this == REST ? "application/xml" : asked;
    }

    /** DynamoDB says where a type is from: its own, or those of the framework that all of AWS is made with. */
    private static String namespace(AwsService service, String code) {
        if (service != AwsService.DYNAMODB) {
            return "";
        }
        boolean own = code.startsWith("Resource") || code.startsWith("Provisioned") || code.startsWith("Throttling");
        return own ? "com.amazonaws.dynamodb.v20120810#" : "com.amazon.coral.service#";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
