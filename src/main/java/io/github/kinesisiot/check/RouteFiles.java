package io.github.kinesisiot.check;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    private RouteFiles() {}

    /**
     * Throws unless the files can be read as YAML, there is a route in them, and each has an id of its own.
     *
     * @param directory holds {@code routes/}
     */
    public static void require(Path directory) throws IOException {
        Path routes = directory.resolve("routes");
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
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(routes)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(routes, "*.camel.yaml")) {
                files.forEach(found::add);
            }
        }
        found.sort(null);
        return found;
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
