package dev.braintrust.spring.trace;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

import dev.braintrust.spring.api.AccessCheck;
import dev.braintrust.spring.api.ProjectAccess;
import dev.braintrust.spring.settings.ProjectSettings;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes the URLs of the traces of a project in Braintrust's application,
 * {@code {app-url}/app/{organization}/p/{project}/logs?r={trace id}&s={span id}}.
 * Braintrust knows organization and project by their names there. What the properties do
 * not tell, the check at startup may have learned.
 *
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-sdk-go/blob/main/trace/trace.go">Braintrust's
 * SDK for Go, {@code Permalink}</a>
 */
final class TraceLink {

	private final ProjectSettings settings;

	private final AccessCheck access;

	TraceLink(ProjectSettings settings, AccessCheck access) {
		this.settings = settings;
		this.access = access;
	}

	@Nullable URI of(SpanContext span) {
		if (!span.isValid() || !span.isSampled()) {
			return null;
		}
		ProjectAccess access = this.access.of(this.settings.key());
		String organization = this.settings.orgName();
		String project = this.settings.parent().name();
		if (access != null) {
			organization = (organization != null) ? organization : access.orgName();
			project = (project != null) ? project : access.projectName();
		}
		return (organization != null && project != null)
				? URI.create(this.settings.appUrl() + "/app/" + encode(organization) + "/p/" + encode(project)
						+ "/logs?r=" + span.getTraceId() + "&s=" + span.getSpanId())
				: null;
	}

	// A segment of a path: the encoding of forms differs from it in the space alone.
	private static String encode(String name) {
		return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
	}

}
