package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * The properties of one project, {@code braintrust.projects.<key>}. Unset properties fall
 * back to the properties of the same name in {@link BraintrustProperties}.
 *
 * @param name Name of the project in Braintrust. The key of the project is used if
 * neither name nor id is set.
 * @param id Id of the project in Braintrust. Overrides the name.
 * @param enabled Whether spans are recorded and sent.
 * @param apiKey API key for Braintrust.
 * @param apiUrl Base URL of Braintrust's API.
 * @param appUrl Base URL of Braintrust's web application.
 * @param orgName Name of the organization.
 * @param allowPlainHttp Whether the URLs may use plain HTTP to another machine.
 * @param capture Which content is recorded.
 * @param environment The environment that spans come from.
 * @param sampling Which traces are recorded.
 * @param attachments How attachments are recorded.
 * @param correlation Whether traces refer to the application's traces.
 * @param export How spans are sent.
 */
public record ProjectProperties(@Nullable String name, @Nullable String id, @Nullable Boolean enabled,
		@Nullable String apiKey, @Nullable String apiUrl, @Nullable String appUrl, @Nullable String orgName,
		@Nullable Boolean allowPlainHttp, CaptureProperties capture, OriginProperties environment, Sampling sampling,
		Attachments attachments, Correlation correlation, ExportProperties export) {

	// The properties of a project with default settings.
	public static final ProjectProperties UNSET = named(null);

	public ProjectProperties {
		capture = (capture != null) ? capture : CaptureProperties.UNSET;
		environment = (environment != null) ? environment : OriginProperties.UNSET;
		sampling = (sampling != null) ? sampling : Sampling.UNSET;
		attachments = (attachments != null) ? attachments : Attachments.UNSET;
		correlation = (correlation != null) ? correlation : Correlation.UNSET;
		export = (export != null) ? export : ExportProperties.UNSET;
	}

	static ProjectProperties named(@Nullable String name) {
		return new ProjectProperties(name, null, null, null, null, null, null, null, CaptureProperties.UNSET,
				OriginProperties.UNSET, Sampling.UNSET, Attachments.UNSET, Correlation.UNSET, ExportProperties.UNSET);
	}

	ProjectProperties withName(@Nullable String name) {
		return new ProjectProperties(name, this.id, this.enabled, this.apiKey, this.apiUrl, this.appUrl, this.orgName,
				this.allowPlainHttp, this.capture, this.environment, this.sampling, this.attachments, this.correlation,
				this.export);
	}

	// The API key is a secret.
	@Override
	public String toString() {
		return "ProjectProperties[name=" + this.name + ", id=" + this.id + "]";
	}

	/**
	 * Which traces are recorded.
	 *
	 * @param probability Share of new traces to record, from 0.0 to 1.0. A continued
	 * trace keeps the decision of its root.
	 */
	public record Sampling(@Nullable Double probability) {

		static final Sampling UNSET = new Sampling(null);

	}

	/**
	 * How images, documents and sounds in messages are recorded.
	 *
	 * @param mode How attachments are recorded.
	 * @param maxSize Maximum size of an attachment. A larger one is not recorded.
	 * @param maxWait Maximum time that a span waits for its uploads. Attachments that are
	 * not uploaded by then become base64 in the span.
	 * @param maxWaitingSize Maximum size of all attachments of a project that wait in
	 * memory. Further ones are not recorded.
	 */
	public record Attachments(@Nullable AttachmentsMode mode, @Nullable DataSize maxSize, @Nullable Duration maxWait,
			@Nullable DataSize maxWaitingSize) {

		static final Attachments UNSET = new Attachments(null, null, null, null);

	}

	/**
	 * How traces of a project and traces of the application refer to each other.
	 *
	 * @param enabled Whether traces of a project and of the application refer to each
	 * other, with links, attributes and log fields.
	 */
	public record Correlation(@Nullable Boolean enabled) {

		static final Correlation UNSET = new Correlation(null);

	}

}
