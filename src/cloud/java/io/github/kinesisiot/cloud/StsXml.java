package io.github.kinesisiot.cloud;

import java.util.Map;

/** STS's answers as XML. */
final class StsXml {
    private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

    private StsXml() {}

    /** @param result the elements below the action's result */
    static String answer(String action, String result, String requestId) {
        return "<" + action + "Response xmlns=\"" + NAMESPACE + "\"><" + action + "Result>" + result + "</" + action
                + "Result><ResponseMetadata>" + element("RequestId", requestId) + "</ResponseMetadata></" + action
                + "Response>";
    }

    static String error(RefusedException refusal, String requestId) {
        String type = refusal.status() < 500 ? "Sender" : "Receiver";
        return "<ErrorResponse xmlns=\"" + NAMESPACE + "\"><Error>" + element("Type", type)
                + element("Code", refusal.code()) + element("Message", refusal.getMessage()) + "</Error>"
                + element("RequestId", requestId) + "</ErrorResponse>";
    }

    static String elements(Map<String, String> values) {
        StringBuilder xml = new StringBuilder();
        values.forEach((name, text) -> xml.append(element(name, text)));
        return xml.toString();
    }

    static String element(String name, String text) {
        return parent(name, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    static String parent(String name, String children) {
        return "<" + name + ">" + children + "</" + name + ">";
    }
}
