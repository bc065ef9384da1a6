package dev.braintrust.spring.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import dev.braintrust.spring.settings.ProjectSettings.CaptureFormat;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes payloads to JSON as spans carry them, and validates JSON.
 */
public final class PayloadJson {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private PayloadJson() {
	}

	public static String braintrust(Object payload) {
		return MAPPER.writeValueAsString(payload);
	}

	public static String genAi(Object payload) {
		return MAPPER.writer().withAttribute(CaptureFormat.class, CaptureFormat.GEN_AI).writeValueAsString(payload);
	}

	public static String withoutBytes(Object payload, CaptureFormat format) {
		return MAPPER.writer()
			.withAttribute(CaptureFormat.class, format)
			.withAttribute(AttachmentsMode.class, AttachmentsMode.NONE)
			.writeValueAsString(payload);
	}

	/**
	 * The errors of a JSON text against an OpenTelemetry schema.
	 */
	public static List<String> errors(String schema, String json) {
		try (InputStream stream = PayloadJson.class
			.getResourceAsStream("/opentelemetry/gen-ai/gen-ai-" + schema + ".json")) {
			return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
				.getSchema(stream)
				.validate(json, InputFormat.JSON)
				.stream()
				.map(Object::toString)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
