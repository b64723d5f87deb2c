package io.github.kinesisiot.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class FileLettersTest {

    private interface Route {
        void in(RouteBuilder builder);
    }

    // Taken for one that needs no directory, a bridge is told of one that cannot be written by its first dead letter.
    @Test
    void routesThatStoreInFilesAreFoundWhereverTheyNameTheBean() throws Exception {
        assertThat(used(builder -> builder.from("direct:a").process("deadLetters")))
                .isTrue();
        assertThat(used(builder -> builder.from("direct:a").to("bean:deadLetters")))
                .isTrue();
        assertThat(used(builder -> builder.from("direct:a")
                        .choice()
                        .when(builder.simple("${body}"))
                        .to("log:x")
                        .otherwise()
                        .process("#deadLetters")
                        .end()))
                .isTrue();
        assertThat(used(builder -> builder.from("direct:a")
                        .onException(Exception.class)
                        .handled(true)
                        .process("deadLetters")
                        .end()
                        .to("log:x")))
                .isTrue();
    }

    // Two containers with letters in a bucket must not be told to wait for each other's directory.
    @Test
    void routesThatStoreElsewhereNeedNoDirectory() throws Exception {
        assertThat(used(builder ->
                        builder.from("direct:a").process("deadLetterBody").to("log:x")))
                .isFalse();
    }

    private static boolean used(Route route) throws Exception {
        try (var camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    route.in(this);
                }
            });
            return FileLetters.used(camel);
        }
    }
}
