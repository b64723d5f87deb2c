package io.github.kinesisiot.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The libraries as the build's CycloneDX file names them.
 *
 * @param specification the version of CycloneDX
 */
record Sbom(String format, String specification, List<Library> libraries) {

    /** @param licences SPDX ids, or names where there is no id; of several, one is to be chosen or each is for a part */
    record Library(String name, String version, List<String> licences) {

        String jar() {
            return folder() + ".jar";
        }

        /** Of its licences. */
        String folder() {
            return name + "-" + version;
        }
    }

    static Sbom read(Path file) throws IOException {
        JsonNode document = new ObjectMapper().readTree(file.toFile());
        List<Library> libraries = new ArrayList<>();
        for (JsonNode component : document.path("components")) {
            List<String> licences = new ArrayList<>();
            for (JsonNode entry : component.path("licenses")) {
                JsonNode licence = entry.path("license");
                licences.add(licence.path("id").asText(licence.path("name").asText()));
            }
            libraries.add(new Library(
                    component.path("name").asText(), component.path("version").asText(), licences));
        }
        return new Sbom(
                document.path("bomFormat").asText(),
                document.path("specVersion").asText(),
                libraries);
    }
}
