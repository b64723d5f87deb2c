package io.github.kinesisiot.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page, one document with its styles and its script inside, and the policy that lets a browser run those two and nothing else.
 *
 * @param contentSecurityPolicy allows them by their hashes, so that text that got into the page by mistake would still do nothing
 */
record PageFile(String html, String contentSecurityPolicy) {

    /** Put together from the files beside this class; takes a moment, so once. */
    static PageFile load() {
        String styles = resource("page.css");
        String script = resource("page.js");
        String html = resource("page.html")
                .replace("<link rel=\"stylesheet\" href=\"page.css\">", "<style>" + styles + "</style>")
                .replace("<script src=\"page.js\"></script>", "<script>" + script + "</script>");
        return new PageFile(
                html,
                "default-src 'none'; style-src '" + hash(styles) + "'; script-src '" + hash(script)
                        + "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    private static String resource(String name) {
        try (InputStream in = PageFile.class.getResourceAsStream("/page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("/page/" + name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String content) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
