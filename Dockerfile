# The bridge as an image: libraries, program, then routes/ and config/ as the layers that users replace or mount.
FROM docker.io/library/maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
# A layer of its own: the libraries change less often than the sources.
RUN mvn -q -B -ntp -DskipTests package
COPY src src
RUN mvn -q -B -ntp -DskipTests package

FROM docker.io/library/eclipse-temurin:17-jre AS app
LABEL org.opencontainers.image.title="kinesis-iot-bridge" \
      org.opencontainers.image.description="Every record of a Kinesis stream becomes one MQTT message in another account's AWS IoT Core" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# Dead letters survive the container when a volume is mounted here.
RUN mkdir dead-letter && chown 10001:10001 dead-letter
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/kinesis-iot-bridge.jar /build/src/main/sh/jvm.options ./
COPY config config
COPY routes routes

# The class archive is trained by the very JVM and with the very files that use it. A stage of its own: the cloud it is trained against, which
# is in the tests, leaves nothing behind. Without an archive everything works, only the start takes longer.
FROM app AS training
RUN --mount=type=bind,from=build,source=/build,target=/build,rw --mount=type=bind,from=build,source=/root/.m2,target=/root/.m2 \
    sh /build/src/main/sh/train java kinesis-iot-bridge.jar kinesis-iot-bridge.jsa || : >kinesis-iot-bridge.jsa

FROM app
COPY --from=training /app/kinesis-iot-bridge.jsa ./
USER 10001:10001
EXPOSE 9876
# Jars of more components go into /app/components; the JVM expands the star itself.
# java is PID 1 and gets SIGTERM itself: it drains and exits with 143. Give it a grace period of 30 s or more.
ENTRYPOINT ["java", "@jvm.options", "-XX:MaxRAMPercentage=75", "-XX:SharedArchiveFile=kinesis-iot-bridge.jsa", \
            "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-cp", "kinesis-iot-bridge.jar:components/*", "io.github.kinesisiot.Bridge"]
CMD ["run"]
