package dev.braintrust.spring.autoconfigure.properties;

import java.time.Duration;

import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * The properties that stand under {@code braintrust} for all projects and, by the same
 * names, under {@code braintrust.projects.<key>} for one. A value that is not given here
 * is taken from the level above.
 */
public abstract class ProjectDefaults {

	/**
	 * Whether spans are recorded and sent. Otherwise, the same beans exist and do
	 * nothing.
	 */
	private @Nullable Boolean enabled;

	/**
	 * API key for Braintrust. Falls back to the environment variable BRAINTRUST_API_KEY,
	 * then to the nearest '.env.braintrust' file.
	 */
	private @Nullable String apiKey;

	/**
	 * Base URL of Braintrust's API. Falls back to the environment variable
	 * BRAINTRUST_API_URL, then to the nearest '.env.braintrust' file.
	 */
	private @Nullable String apiUrl;

	/**
	 * Base URL of Braintrust's web application. Falls back to the environment variable
	 * BRAINTRUST_APP_URL, then to the nearest '.env.braintrust' file.
	 */
	private @Nullable String appUrl;

	/**
	 * Name of the organization, for accounts that belong to several. Falls back to the
	 * environment variable BRAINTRUST_ORG_NAME, then to the nearest '.env.braintrust'
	 * file.
	 */
	private @Nullable String orgName;

	/**
	 * Whether 'api-url' and 'app-url' may use plain HTTP to another machine.
	 */
	private @Nullable Boolean allowPlainHttp;

	@NestedConfigurationProperty
	private final CaptureProperties capture = new CaptureProperties();

	@NestedConfigurationProperty
	private final OriginProperties environment = new OriginProperties();

	@NestedConfigurationProperty
	private final Sampling sampling = new Sampling();

	@NestedConfigurationProperty
	private final Attachments attachments = new Attachments();

	@NestedConfigurationProperty
	private final Correlation correlation = new Correlation();

	public @Nullable Boolean getEnabled() {
		return this.enabled;
	}

	public void setEnabled(@Nullable Boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public @Nullable String getApiUrl() {
		return this.apiUrl;
	}

	public void setApiUrl(@Nullable String apiUrl) {
		this.apiUrl = apiUrl;
	}

	public @Nullable String getAppUrl() {
		return this.appUrl;
	}

	public void setAppUrl(@Nullable String appUrl) {
		this.appUrl = appUrl;
	}

	public @Nullable String getOrgName() {
		return this.orgName;
	}

	public void setOrgName(@Nullable String orgName) {
		this.orgName = orgName;
	}

	public @Nullable Boolean getAllowPlainHttp() {
		return this.allowPlainHttp;
	}

	public void setAllowPlainHttp(@Nullable Boolean allowPlainHttp) {
		this.allowPlainHttp = allowPlainHttp;
	}

	public CaptureProperties getCapture() {
		return this.capture;
	}

	public OriginProperties getEnvironment() {
		return this.environment;
	}

	public Sampling getSampling() {
		return this.sampling;
	}

	public Attachments getAttachments() {
		return this.attachments;
	}

	public Correlation getCorrelation() {
		return this.correlation;
	}

	public abstract ExportProperties getExport();

	/**
	 * Which traces are recorded.
	 */
	public static class Sampling {

		/**
		 * Share of new traces to record, from 0.0 to 1.0. A continued trace keeps the
		 * decision of its root.
		 */
		private @Nullable Double probability;

		public @Nullable Double getProbability() {
			return this.probability;
		}

		public void setProbability(@Nullable Double probability) {
			this.probability = probability;
		}

	}

	/**
	 * How images, documents and sounds in messages are recorded.
	 */
	public static class Attachments {

		/**
		 * How attachments are recorded.
		 */
		private @Nullable AttachmentsMode mode;

		/**
		 * Maximum size of an attachment. A larger one is not recorded.
		 */
		private @Nullable DataSize maxSize;

		/**
		 * Maximum size of all attachments of a project that wait in memory. Further ones
		 * are not recorded.
		 */
		private @Nullable DataSize maxWaitingSize;

		/**
		 * Maximum time that a span waits for its uploads. Attachments that are not
		 * uploaded by then become base64 in the span.
		 */
		private @Nullable Duration maxWait;

		public @Nullable AttachmentsMode getMode() {
			return this.mode;
		}

		public void setMode(@Nullable AttachmentsMode mode) {
			this.mode = mode;
		}

		public @Nullable DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(@Nullable DataSize maxSize) {
			this.maxSize = maxSize;
		}

		public @Nullable DataSize getMaxWaitingSize() {
			return this.maxWaitingSize;
		}

		public void setMaxWaitingSize(@Nullable DataSize maxWaitingSize) {
			this.maxWaitingSize = maxWaitingSize;
		}

		public @Nullable Duration getMaxWait() {
			return this.maxWait;
		}

		public void setMaxWait(@Nullable Duration maxWait) {
			this.maxWait = maxWait;
		}

	}

	/**
	 * How traces of a project and those of the application are found from each other.
	 */
	public static class Correlation {

		/**
		 * Whether traces of a project and of the application refer to each other, with
		 * links, attributes and log fields.
		 */
		private @Nullable Boolean enabled;

		public @Nullable Boolean getEnabled() {
			return this.enabled;
		}

		public void setEnabled(@Nullable Boolean enabled) {
			this.enabled = enabled;
		}

	}

}
