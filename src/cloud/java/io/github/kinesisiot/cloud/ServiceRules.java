package io.github.kinesisiot.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.Optional;

/** What a service refuses, or answers, where its emulator would not. */
interface ServiceRules {

    /** None: the emulator is left to itself. */
    ServiceRules NONE = new ServiceRules() {};

    /** Further questions to the emulator, on behalf of the client. */
    interface Questions {
        /** Fails when the emulator refuses. */
        Future<JsonNode> ask(String operation, JsonNode body);
    }

    /** The shard that a request is about, where that can be told. */
    default Optional<ShardPlace> place(FrontCall call) {
        return Optional.empty();
    }

    /**
     * Before the emulator sees it. Fails with a {@link RefusedException}, or has an answer in place of the emulator's, or is empty.
     */
    default Future<Optional<JsonNode>> before(FrontCall call, Questions emulator) {
        return Future.succeededFuture(Optional.empty());
    }

    /** Whether {@link #after} wants to see the answer, which costs its being read. */
    default boolean watches(String operation) {
        return false;
    }

    /**
     * When the emulator has answered; errors are always shown.
     *
     * @param answer missing when it could not be read
     * @return a refusal to give in place of the answer
     */
    default Optional<RefusedException> after(FrontCall call, int status, JsonNode answer) {
        return Optional.empty();
    }
}
