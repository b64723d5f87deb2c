package io.github.kinesisiot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

/** The short run leaves out what has the tag {@code long}; the documents say what that is, and no promise is left to it alone. */
class LongRunTest {

    private static final String LONG = "long";
    private static final String MARK = " †";
    private static final Pattern CITED =
            Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w*(?:Test|IT))(?:\\.([a-z]\\w+))?`(" + MARK + ")?");
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([^\"]*)\"\\)");

    private static Project project;
    private static String guarantees;

    @BeforeAll
    static void read() throws Exception {
        project = new Project();
        guarantees = Files.readString(Path.of("docs/guarantees.md"));
    }

    // A reader who runs the short form believes to have seen what it left out.
    @Test
    void theGuaranteesMarkWhatOnlyTheLongRunShows() {
        List<String> wrong = new ArrayList<>();
        CITED.matcher(guarantees).results().forEach(cited -> {
            boolean marked = cited.group(3) != null;
            if (marked != onlyLong(cited.group(1), cited.group(2))) {
                wrong.add(cited.group() + (marked ? " is in the short run too" : " is in the long run only"));
            }
        });
        assertThat(wrong).isEmpty();
    }

    // A class that is tagged as a whole takes the last black-box test of a promise out of the run that everybody does.
    @Test
    void eachPromiseKeepsABlackBoxTestInTheShortRun() {
        List<String> without = new ArrayList<>();
        for (String section : guarantees.split("\\n## ")) {
            var cited = CITED.matcher(section).results().toList();
            boolean kept = cited.stream().anyMatch(one -> one.group(1).endsWith("IT") && one.group(3) == null);
            if (!cited.isEmpty() && !kept) {
                without.add(section.lines().findFirst().orElse(""));
            }
        }
        assertThat(without).isEmpty();
    }

    // A tag with a slip in it selects nothing and excludes nothing, and its test runs where it must not, or nowhere.
    @Test
    void everyTagIsOneThatTheBuildSelects() throws Exception {
        Set<String> tags = new TreeSet<>();
        for (String root : List.of("src/test/java", "src/it/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".java")).toList()) {
                    TAG.matcher(Files.readString(file)).results().forEach(found -> tags.add(found.group(1)));
                }
            }
        }
        assertThat(tags).containsExactlyInAnyOrder("alone", LONG);
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<groups>alone</groups>")
                .contains("<excludedGroups>alone | ${tests.excluded}</excludedGroups>")
                .contains("<tests.excluded>long</tests.excluded>");
    }

    private static boolean onlyLong(String type, String method) {
        Class<?> test = project.find(type).orElseThrow(() -> new AssertionError("no test is called " + type));
        return isLong(test)
                || method != null
                        && Stream.of(test.getDeclaredMethods())
                                .anyMatch(one -> one.getName().equals(method) && isLong(one));
    }

    private static boolean isLong(AnnotatedElement element) {
        return AnnotationSupport.findRepeatableAnnotations(element, Tag.class).stream()
                .anyMatch(tag -> tag.value().equals(LONG));
    }
}
