package dev.braintrust.spring.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.actuate.ProjectStates.ProjectState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * {@link Endpoint} that shows the export state of the projects, and flushes their queues.
 * It shows no secrets and no content.
 */
@Endpoint(id = "braintrust")
public final class BraintrustEndpoint {

	private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

	private final ProjectStates states;

	private final BraintrustProjects projects;

	BraintrustEndpoint(ProjectStates states, BraintrustProjects projects) {
		this.states = states;
		this.projects = projects;
	}

	@ReadOperation
	ProjectsDescriptor projects() {
		Map<String, ProjectDescriptor> descriptors = new LinkedHashMap<>();
		for (String key : this.states.keys()) {
			ProjectDescriptor descriptor = project(key);
			if (descriptor != null) {
				descriptors.put(key, descriptor);
			}
		}
		return new ProjectsDescriptor(descriptors);
	}

	@ReadOperation
	@Nullable ProjectDescriptor project(@Selector String key) {
		ProjectState state = this.states.get(key);
		return (state != null) ? ProjectDescriptor.of(state) : null;
	}

	// Flush all projects and wait.
	@WriteOperation
	FlushDescriptor flushAll(@Nullable Duration timeout) {
		return new FlushDescriptor(this.projects.flush(checked(timeout)));
	}

	// Flush one project and wait.
	@WriteOperation
	@Nullable FlushDescriptor flush(@Selector String key, @Nullable Duration timeout) {
		return (this.states.get(key) != null) ? new FlushDescriptor(this.projects.flush(key, checked(timeout))) : null;
	}

	private static Duration checked(@Nullable Duration timeout) {
		if (timeout == null) {
			return DEFAULT_TIMEOUT;
		}
		if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
			throw new InvalidEndpointRequestException("'timeout' is not between 0 and 60 seconds",
					"'timeout' must be between 0 and 60 seconds, such as '10s'");
		}
		return timeout;
	}

	record ProjectsDescriptor(Map<String, ProjectDescriptor> projects) implements OperationResponseBody {
	}

	// The result of a flush.
	record FlushDescriptor(boolean flushed) implements OperationResponseBody {
	}

	/**
	 * {@link EndpointWebExtension} that answers a flush of an unknown project with status
	 * 404. Without it, a write operation that returns null answers with 204.
	 */
	@EndpointWebExtension(endpoint = BraintrustEndpoint.class)
	public static final class Web {

		private final BraintrustEndpoint endpoint;

		Web(BraintrustEndpoint endpoint) {
			this.endpoint = endpoint;
		}

		// Flush one project and wait.
		@WriteOperation
		WebEndpointResponse<FlushDescriptor> flush(@Selector String key, @Nullable Duration timeout) {
			FlushDescriptor descriptor = this.endpoint.flush(key, timeout);
			return (descriptor != null) ? new WebEndpointResponse<>(descriptor)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}

	}

}
