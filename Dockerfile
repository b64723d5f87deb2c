# The bridge as an image of nothing but what it needs: a JVM of the modules it uses, the C libraries of that JVM, libraries, program, class archive; no
# shell. The same file for every processor that the two names below exist for; it is built on the processor it is for, since the archive is trained there.
FROM docker.io/library/maven:3.9-eclipse-temurin-17 AS build
RUN command -v strip >/dev/null || (apt-get update && apt-get install -y --no-install-recommends binutils)
COPY src/main/sh/runtime /usr/local/bin/
# More modules of the JDK, for routes of one's own: jdk.charsets,java.xml.crypto
ARG MODULES=
RUN sh /usr/local/bin/runtime /opt/jvm /root-of-image "$MODULES"

WORKDIR /build
ENV MAVEN_OPTS=-Dmaven.repo.local=/repository
COPY pom.xml ./
# A layer of its own: the libraries change less often than the sources.
RUN mvn -q -B -ntp -Dwithout.tests -DskipTests package
COPY LICENSE ./
COPY config/log4j2.properties config/
COPY src/main src/main
# It trains the class archive, and writes the licences.
COPY src/cloud src/cloud
RUN mvn -q -B -ntp -Dwithout.tests -DskipTests package

WORKDIR /app
COPY config config
COPY routes routes
# Laid out as in the image, since the archive is bound to paths and times. One time for all files: the same again from the same sources.
RUN cp -r /build/target/lib /build/target/kinesis-iot-bridge.jar /build/target/sbom.cdx.json /build/src/main/sh/jvm.options ./ \
    && mkdir -p components licenses /volume/dead-letter && chmod 775 /volume/dead-letter && cp /build/LICENSE licenses/ && cp /build/LICENSE /build/src/main/licenses/Apache-2.0.txt \
    && java -cp "/build/target/test-classes:$(cat /build/target/test.classpath)" \
        io.github.kinesisiot.image.Licenses lib sbom.cdx.json /build/src/main/licenses licenses \
    && find /app /opt/jvm /root-of-image /volume -exec touch -h -d 2026-11-01T00:00:00Z {} +
# The class archive is trained by the very JVM and with the very files that use it. Without one everything would work, only slower: so its failure is
# the build's, or nobody would notice.
RUN sh /build/src/main/sh/train /opt/jvm/bin/java kinesis-iot-bridge.jar /build/kinesis-iot-bridge.jsa

FROM scratch
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kinesis-iot-bridge" \
      org.opencontainers.image.description="Every record of a Kinesis stream becomes one MQTT message in another account's AWS IoT Core" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /root-of-image/ /
COPY --from=build /opt/jvm /opt/jvm
WORKDIR /app
COPY --from=build /app/lib lib
COPY --from=build /app/licenses licenses
COPY --from=build /app/components components
# By its parent, so that its mode comes along. Whatever its number, a user of group 0 can write dead letters, also to a volume that begins as a copy of it.
COPY --from=build --chown=10001:0 /volume/ ./
COPY --from=build /app/kinesis-iot-bridge.jar /app/jvm.options /app/sbom.cdx.json ./
COPY --from=build /build/kinesis-iot-bridge.jsa ./
COPY config config
COPY routes routes

ENV PATH=/opt/jvm/bin JAVA_HOME=/opt/jvm LANG=C.UTF-8 MALLOC_ARENA_MAX=2
USER 10001:10001
# Dead letters survive the container, also where nobody has mounted anything here.
VOLUME ["/app/dead-letter"]
# Health and metrics.
EXPOSE 9876
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx16m", "-cp", "kinesis-iot-bridge.jar", "io.github.kinesisiot.Alive"]
# Jars of more components go into /app/components; the JVM expands the star itself.
# java is PID 1 and gets SIGTERM itself: it drains and exits with 143. Give it a grace period of 30 s or more.
ENTRYPOINT ["java", "@jvm.options", "-XX:MaxRAMPercentage=75", "-XX:SharedArchiveFile=kinesis-iot-bridge.jsa", \
            "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-cp", "kinesis-iot-bridge.jar:components/*", "io.github.kinesisiot.Bridge"]
CMD ["run"]
