package io.github.kinesisiot.credentials;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/** Sends the request through the route {@code direct:assume-role}, where its endpoint, region and retries can be edited. */
public final class AssumeRoleRoute implements AssumeRole {

    private static final String ROUTE = "direct:assume-role";

    private final CamelContext camel;
    private volatile ProducerTemplate template;

    public AssumeRoleRoute(CamelContext camel) {
        this.camel = camel;
    }

    @Override
    public AssumeRoleResponse send(AssumeRoleRequest request) throws Exception {
        if (template == null) {
            template = camel.createProducerTemplate();
        }
        Object answer;
        try {
            answer = template.requestBody(ROUTE, (Object) request);
        } catch (CamelExecutionException e) {
            // What the route's step threw says more than Camel's wrapper.
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        if (answer instanceof AssumeRoleResponse response && response.credentials() != null) {
            return response;
        }
        throw new IllegalStateException("the route " + ROUTE + " gave no AssumeRoleResponse but "
                + (answer == null ? "nothing" : answer.getClass().getName()));
    }
}
