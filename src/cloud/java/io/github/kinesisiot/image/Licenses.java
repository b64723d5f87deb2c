package io.github.kinesisiot.image;

import io.github.kinesisiot.image.Sbom.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Lays out the licences of the libraries, a folder for each: {@code Licenses LIB SBOM TEXTS TO}. A library's own texts, from its jar, come first;
 * for one without, what TEXTS has under its name or under the id of one of its licences. Ends with 1 where there is neither, so that
 * no image is built without the licence of a new library.
 */
final class Licenses {
    private static final Pattern OWN_TEXT =
            Pattern.compile("(META-INF/)?(license/)?[^/]*(LICEN[CS]E|NOTICE|COPYING)[^/]*", Pattern.CASE_INSENSITIVE);

    private final Map<String, Path> written = new HashMap<>();

    private Licenses() {}

    public static void main(String[] args) throws IOException {
        List<String> missing = layOut(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
        missing.forEach(System.err::println);
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** @return a sentence for each library without one */
    static List<String> layOut(Path lib, Path sbom, Path texts, Path to) throws IOException {
        Licenses licenses = new Licenses();
        List<String> missing = new ArrayList<>();
        for (Library library : Sbom.read(sbom).libraries()) {
            Path folder = Files.createDirectories(to.resolve(library.folder()));
            if (!licenses.ownTexts(lib.resolve(library.jar()), folder) && !licenses.given(library, texts, folder)) {
                missing.add("No licence text of " + library.jar() + ", which is under " + library.licences() + ": add "
                        + library.name() + ".txt or the text of one of these to src/main/licenses");
            }
        }
        return missing;
    }

    /** Whether a licence is among them, not only notices. */
    private boolean ownTexts(Path jar, Path to) throws IOException {
        boolean licence = false;
        try (ZipFile file = new ZipFile(jar.toFile())) {
            List<? extends ZipEntry> entries = file.stream()
                    .filter(entry -> !entry.isDirectory()
                            && OWN_TEXT.matcher(entry.getName()).matches())
                    .filter(entry -> !entry.getName().endsWith(".class"))
                    .toList();
            for (ZipEntry entry : entries) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                try (InputStream text = file.getInputStream(entry)) {
                    write(to.resolve(name), text.readAllBytes());
                }
                licence |= !name.toUpperCase(Locale.ROOT).contains("NOTICE");
            }
        }
        return licence;
    }

    private boolean given(Library library, Path texts, Path to) throws IOException {
        boolean any = copied(texts.resolve(library.name() + ".txt"), to);
        if (!any) {
            for (String licence : library.licences()) {
                any |= copied(texts.resolve(licence + ".txt"), to);
            }
        }
        return any;
    }

    private boolean copied(Path text, Path to) throws IOException {
        if (!Files.isRegularFile(text)) {
            return false;
        }
        write(to.resolve(text.getFileName()), Files.readAllBytes(text));
        return true;
    }

    /** A text that is there already, as most of the hundred copies of one licence are, becomes a link to it. */
    private void write(Path file, byte[] text) throws IOException {
        String content = new String(text, StandardCharsets.ISO_8859_1);
        Path same = written.get(content);
        if (same == null) {
            Files.write(file, text);
            written.put(content, file);
        } else if (!file.equals(same)) {
            Files.createSymbolicLink(file, file.getParent().relativize(same));
        }
    }
}
