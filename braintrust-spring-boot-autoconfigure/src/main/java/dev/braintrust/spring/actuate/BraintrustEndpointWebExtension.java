package dev.braintrust.spring.actuate;

import java.time.Duration;

import dev.braintrust.spring.actuate.BraintrustEndpoint.FlushDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link EndpointWebExtension} that answers the flush of an unknown project with status
 * 404; by itself a write operation without a result would answer with 204.
 */
@EndpointWebExtension(endpoint = BraintrustEndpoint.class)
public final class BraintrustEndpointWebExtension {

	private final BraintrustEndpoint endpoint;

	BraintrustEndpointWebExtension(BraintrustEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	// Send what one project has recorded, and wait for it.
	@WriteOperation
	WebEndpointResponse<FlushDescriptor> flush(@Selector String key, @Nullable Duration timeout) {
		FlushDescriptor descriptor = this.endpoint.flush(key, timeout);
		return (descriptor != null) ? new WebEndpointResponse<>(descriptor)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

}
