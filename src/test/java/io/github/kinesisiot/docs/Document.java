package io.github.kinesisiot.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown file, taken apart into what can be checked. */
record Document(Path file, String prose, List<Block> blocks) {

    private static final Pattern FENCE = Pattern.compile("\\s*```\\s*(\\w*)\\s*");
    private static final Pattern LINK = Pattern.compile("\\[(?:[^\\[\\]]|\\[[^]]*])*]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)\\s*");

    /** What stands between two fences, with the word behind the first. */
    record Block(String language, String text) {}

    static Document read(Path file) throws IOException {
        return of(file, Files.readString(file));
    }

    static Document of(Path file, String text) {
        StringBuilder prose = new StringBuilder();
        List<Block> blocks = new ArrayList<>();
        StringBuilder block = null;
        String language = "";
        for (String line : text.split("\n", -1)) {
            var fence = FENCE.matcher(line);
            if (fence.matches()) {
                if (block == null) {
                    block = new StringBuilder();
                    language = fence.group(1);
                } else {
                    blocks.add(new Block(language, block.toString()));
                    block = null;
                }
            } else {
                (block == null ? prose : block).append(line).append('\n');
            }
        }
        if (block != null) {
            throw new IllegalArgumentException(file + ": a block of code is not closed");
        }
        return new Document(file, prose.toString(), blocks);
    }

    /** Those of the project that somebody has written: none that a build or a package manager has put there. */
    static List<Document> all() throws IOException {
        List<Path> files;
        try (Stream<Path> top = Files.list(Path.of(""))) {
            files = new ArrayList<>(
                    top.filter(file -> file.toString().endsWith(".md")).toList());
        }
        for (String folder : List.of("docs", "deploy", "examples", "src")) {
            try (Stream<Path> below = Files.walk(Path.of(folder))) {
                below.filter(file -> file.toString().endsWith(".md")).forEach(files::add);
            }
        }
        List<Document> documents = new ArrayList<>();
        for (Path file : files.stream().sorted().toList()) {
            documents.add(read(file));
        }
        return documents;
    }

    List<String> links() {
        return LINK.matcher(CODE.matcher(prose).replaceAll("code"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    List<String> codeWords() {
        return CODE.matcher(prose).results().map(found -> found.group(1)).toList();
    }

    /** As GitHub makes them of the headings. */
    Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        for (String line : prose.split("\n")) {
            var heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                        .replace(' ', '-');
                String unique = anchor;
                for (int n = 1; !anchors.add(unique); n++) {
                    unique = anchor + "-" + n;
                }
            }
        }
        return anchors;
    }
}
