package io.github.kinesisiot.docs;

import io.github.kinesisiot.config.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the documents may name: files, classes and their methods, settings, meters, verbs and options of the command line. */
final class Project {

    private static final Pattern METER = Pattern.compile("\"bridge\\.([a-z.]+)\"");
    private static final Pattern USAGE = Pattern.compile("#\\s+\\./bridge (\\w+)(.*)");
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");
    /** What Prometheus and Micrometer put behind a meter's name. */
    private static final Pattern SUFFIX =
            Pattern.compile("(_(seconds|milliseconds|bytes|ratio|total|count|sum|max|bucket|info))*");

    /** Where Java sources are. */
    private static final List<String> ROOTS = List.of(
            "src/main/java",
            "src/test/java",
            "src/it/java",
            "src/cloud/java",
            "src/bench/java",
            "examples/route-test/src/test/java");

    private final Map<String, String> sources = new HashMap<>();
    /** By simple name: two packages may have a test of the same name. */
    private final Map<String, Set<String>> qualified = new HashMap<>();

    private final Set<String> packages = new HashSet<>();
    private final Set<String> meters = new TreeSet<>();
    private final Map<String, Set<String>> verbs = new HashMap<>();

    Project() throws IOException {
        for (String root : ROOTS) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString().replace(".java", "");
                    String text = Files.readString(file);
                    sources.merge(name, text, (one, other) -> one + other);
                    packages.add(file.getParent().getFileName().toString());
                    String path = Path.of(root).relativize(file).toString();
                    qualified
                            .computeIfAbsent(name, any -> new TreeSet<>())
                            .add(path.replace(".java", "").replace('/', '.'));
                    if (root.equals("src/main/java")) {
                        METER.matcher(text)
                                .results()
                                .forEach(found ->
                                        meters.add("bridge_" + found.group(1).replace('.', '_')));
                    }
                }
            }
        }
        String verb = "";
        for (String line : Files.readAllLines(Path.of("bridge"))) {
            var usage = USAGE.matcher(line);
            if (usage.matches()) {
                verb = usage.group(1);
                Set<String> options = OPTION.matcher(usage.group(2))
                        .results()
                        .map(found -> found.group())
                        .collect(Collectors.toSet());
                verbs.merge(verb, options, (one, other) -> {
                    Set<String> both = new HashSet<>(one);
                    both.addAll(other);
                    return both;
                });
            }
        }
    }

    boolean isPackage(String name) {
        return packages.contains(name);
    }

    /** The class that is named with some of its packages, as {@code iot.PoolTest} is; empty when there is none. */
    Optional<Class<?>> find(String name) {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        return qualified.getOrDefault(simple, Set.of()).stream()
                .filter(full -> ("." + full).endsWith("." + name))
                .findFirst()
                .map(Project::load);
    }

    private static Class<?> load(String name) {
        try {
            // Not initialised: a test's static fields may start things.
            return Class.forName(name, false, Project.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the sources have " + name + ", the classes do not", e);
        }
    }

    Optional<String> source(String className) {
        return Optional.ofNullable(sources.get(className));
    }

    boolean isSetting(String property) {
        return Arrays.stream(Key.values())
                .anyMatch(
                        key -> key.property().equals(property) || key.property().startsWith(property + "."));
    }

    boolean isVariable(String name) {
        return Arrays.stream(Key.values())
                .anyMatch(key -> key.environmentVariable().equals(name));
    }

    boolean isMeter(String name) {
        return meters.stream()
                .anyMatch(meter -> name.startsWith(meter)
                        && SUFFIX.matcher(name.substring(meter.length())).matches());
    }

    /** Empty for a verb that there is not. */
    Optional<Set<String>> optionsOf(String verb) {
        return Optional.ofNullable(verbs.get(verb));
    }
}
