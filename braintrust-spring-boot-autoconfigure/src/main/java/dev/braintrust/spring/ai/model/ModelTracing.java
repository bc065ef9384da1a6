package dev.braintrust.spring.ai.model;

import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.linkage.CaptureGuard;
import dev.braintrust.spring.settings.ProjectSettings;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The tracing settings of one model.
 */
public final class ModelTracing extends CaptureGuard {

	private static final Log logger = LogFactory.getLog(ModelTracing.class);

	private final ProjectTracer tracer;

	private final RecordedContent content;

	private final @Nullable String provider;

	public ModelTracing(String beanName, ProjectTracer tracer, @Nullable ProjectSettings settings) {
		super(logger, "model '" + beanName + "'", tracer);
		this.tracer = tracer;
		this.content = RecordedContent.of(settings);
		this.provider = (settings != null) ? settings.capture().provider() : null;
	}

	ProjectTracer tracer() {
		return this.tracer;
	}

	RecordedContent content() {
		return this.content;
	}

	@Nullable String provider() {
		return this.provider;
	}

	// The parts of a call that a project records. Other parts are neither read nor held.
	record RecordedContent(boolean input, boolean output, boolean bytes) {

		static RecordedContent of(@Nullable ProjectSettings settings) {
			return (settings != null)
					? new RecordedContent(settings.capture().input(), settings.capture().output(),
							settings.attachments().mode() != ProjectSettings.AttachmentsMode.NONE)
					: new RecordedContent(true, true, true);
		}

	}

}
