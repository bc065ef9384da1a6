package dev.braintrust.spring.trace;

import java.net.URI;

import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.api.ProjectApi;
import dev.braintrust.spring.settings.ProjectSettings;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a project in Braintrust's application:
 * {@code {app-url}/app/{organization}/p/{project}/logs?r={trace id}&s={span id}} and
 * {@code {app-url}/app/{organization}/object?object_type=experiment&object_id={id}}. Both
 * organization and project are names. Names that the properties do not contain come from
 * the check at startup.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-sdk-go/blob/main/trace/trace.go">Braintrust's
 * SDK for Go, {@code Permalink}</a>
 */
public final class AppPages {

	private final ProjectSettings settings;

	private final AccessCheck access;

	public AppPages(ProjectSettings settings, AccessCheck access) {
		this.settings = settings;
		this.access = access;
	}

	// Return the page of a span in the logs of the project, or null if a name is unknown.
	public @Nullable URI span(String traceId, String spanId) {
		ProjectAccess access = this.access.of(this.settings.key());
		String name = this.settings.parent().name();
		String project = (name == null && access != null) ? access.projectName() : name;
		String organization = organization(null);
		return (organization != null && project != null)
				? page(organization, "/p/" + ProjectApi.encode(project) + "/logs?r=" + traceId + "&s=" + spanId) : null;
	}

	// Return the page of an experiment, or null if the organization is unknown. A login
	// may know its name.
	public @Nullable URI experiment(String id, @Nullable String orgName) {
		String organization = organization(orgName);
		return (organization != null)
				? page(organization, "/object?object_type=experiment&object_id=" + ProjectApi.encode(id)) : null;
	}

	private @Nullable String organization(@Nullable String known) {
		String organization = this.settings.orgName();
		ProjectAccess access = this.access.of(this.settings.key());
		if (organization == null && access != null) {
			organization = access.orgName();
		}
		return (organization != null) ? organization : known;
	}

	private URI page(String organization, String path) {
		return URI.create(this.settings.appUrl() + "/app/" + ProjectApi.encode(organization) + path);
	}

}
