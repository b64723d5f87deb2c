package io.github.kinesisiot.credentials;

import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** Sends one AssumeRole request, signed with the source credentials. May block up to the request's own time-outs. */
@FunctionalInterface
public interface AssumeRole {

    /** @throws Exception whatever the call came to: an AWS refusal, a time-out, an answer that is none */
    AssumeRoleResponse send(AssumeRoleRequest request) throws Exception;
}
