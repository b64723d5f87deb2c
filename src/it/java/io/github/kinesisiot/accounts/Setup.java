package io.github.kinesisiot.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** The policies of both accounts, made out of what this project gives to a user. */
interface Setup {

    /** Of what runs the bridge. */
    List<JsonNode> source(Set<Feature> features);

    /** Of the role in the target account. */
    JsonNode trust(Set<Feature> features);

    List<JsonNode> permissions(Set<Feature> features);
}
