package io.github.kinesisiot.check;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The route files as text, for what Camel lets pass without a word: a directory without a file that matches, files without a route, one
 * route id in two places (the later one silently takes the place of the earlier one).
 */
public final class RouteFiles {

    private static final Set<String> ROUTES = Set.of("route", "from", "templatedRoute", "templated-route");

    /** What editors leave beside a file, and files that are there only to be hidden. */
    private static final Pattern PASSED_OVER = Pattern.compile("\\..*|#.*#|.*(~|\\.(swp|bak|orig|tmp))");

    /** What is meant to be read: Camel has a format of routes by each of these names. */
    private static final Pattern MEANT =
            Pattern.compile("(?<name>.+?)(\\.camel)?\\.(?<format>yaml|yml|xml)", Pattern.CASE_INSENSITIVE);

    /** Of folders in routes/, where a loop of links would else be followed for long. */
    private static final int DEEPEST = 8;

    private static final String SUFFIX = ".camel.yaml";

    private RouteFiles() {}

    /**
     * The folder of the files, as Camel has to be given it: it looks through a folder, not through a link to one.
     *
     * @param directory holds {@code routes/}
     */
    public static Path folder(Path directory) {
        Path routes = directory.resolve("routes");
        try {
            return Files.isSymbolicLink(routes) ? routes.toRealPath() : routes;
        } catch (IOException e) {
            // A link to nothing: there is no route, and that is said.
            return routes;
        }
    }

    /**
     * Throws unless Camel reads each file that is meant for it, the files can be read as YAML, there is a route in them, and each has an id of its own.
     *
     * @param directory holds {@code routes/}
     */
    public static void require(Path directory) throws IOException {
        Path routes = directory.resolve("routes");
        refuseIgnored(routes);
        List<Path> files = files(routes);
        if (files.isEmpty()) {
            throw new IOException("there is no route: no file matches " + routes.resolve("*.camel.yaml") + " below "
                    + directory.toAbsolutePath());
        }
        Map<String, List<String>> places = new TreeMap<>();
        int count = 0;
        for (Path file : files) {
            for (Map<?, ?> entry : entries(file)) {
                for (String kind : ROUTES) {
                    if (entry.get(kind) instanceof Map<?, ?> route) {
                        count++;
                        if (route.get("id") instanceof String id && kind.equals("route")) {
                            places.computeIfAbsent(id, i -> new ArrayList<>()).add(file.toString());
                        }
                    }
                }
            }
        }
        if (count == 0) {
            throw new IOException("there is no route in " + routes.resolve("*.camel.yaml"));
        }
        for (Map.Entry<String, List<String>> id : places.entrySet()) {
            if (id.getValue().size() > 1) {
                throw new IOException("the route id '" + id.getKey() + "' is there more than once, in "
                        + String.join(" and ", new TreeSet<>(id.getValue())) + ": give each route an id of its own");
            }
        }
    }

    private static List<Path> files(Path routes) throws IOException {
        return entries(routes, file -> name(file).endsWith(SUFFIX) && !Files.isDirectory(file));
    }

    private static void refuseIgnored(Path routes) throws IOException {
        List<String> ignored = new ArrayList<>();
        for (Path entry : entries(routes, entry -> true)) {
            if (!Files.isDirectory(entry)) {
                renamed(routes, entry).ifPresent(ignored::add);
            } else {
                for (Path below : below(entry)) {
                    renamed(routes, below).ifPresent(ignored::add);
                }
            }
        }
        if (!ignored.isEmpty()) {
            throw new IOException("only " + routes.resolve("*" + SUFFIX)
                    + " is read, so this would be passed over in silence: " + String.join(", ", ignored));
        }
    }

    /** For a file that is meant to be read and is not: its name, and the one it needs. */
    private static Optional<String> renamed(Path routes, Path file) {
        var meant = MEANT.matcher(name(file));
        if (!meant.matches() || name(file).endsWith(SUFFIX) && routes.equals(file.getParent())) {
            return Optional.empty();
        }
        String needed = routes.resolve(meant.group("name") + SUFFIX).toString();
        return Optional.of(file
                + (meant.group("format").equalsIgnoreCase("xml")
                        ? " (write it in YAML, as " + needed + ")"
                        : " (name it " + needed + ")"));
    }

    private static List<Path> entries(Path folder, Predicate<Path> wanted) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    if (!PASSED_OVER.matcher(name(entry)).matches() && wanted.test(entry)) {
                        found.add(entry);
                    }
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** All files at any depth. What cannot be looked into, such as the lost+found of a volume, holds no routes. */
    private static List<Path> below(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
                return PASSED_OVER.matcher(name(visited)).matches()
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path visited, BasicFileAttributes attributes) {
                if (!PASSED_OVER.matcher(name(visited)).matches()) {
                    found.add(visited);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path visited, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static List<Map<?, ?>> entries(Path file) throws IOException {
        var settings = LoadSettings.builder().setLabel(file.toString()).build();
        List<Map<?, ?>> entries = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file)) {
            for (Object document : new Load(settings).loadAllFromReader(reader)) {
                if (document instanceof Iterable<?> list) {
                    for (Object entry : list) {
                        if (entry instanceof Map<?, ?> map) {
                            entries.add(map);
                        }
                    }
                }
            }
        } catch (MarkedYamlEngineException e) {
            throw new IOException(file + " is not YAML: " + e.getProblem() + where(e), e);
        } catch (YamlEngineException e) {
            throw new IOException(file + " is not YAML: " + e.getMessage(), e);
        }
        return entries;
    }

    private static String where(MarkedYamlEngineException e) {
        return e.getProblemMark()
                .or(e::getContextMark)
                .map(mark -> ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                .orElse("");
    }
}
