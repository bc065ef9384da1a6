package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.Supplier;

import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

import org.springframework.util.ReflectionUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Writes the models of a provider's SDK with the SDK's own mapper. For the parameters of
 * a request, it writes only the body.
 */
final class ProviderTypes {

	private static final String BODY = "_body";

	private final String prefix;

	private final SingletonSupplier<ObjectMapper> mapper;

	ProviderTypes(String prefix, Supplier<ObjectMapper> mapper) {
		this.prefix = prefix;
		this.mapper = SingletonSupplier.of(() -> mapper.get()
			.copy()
			.registerModule(new SimpleModule().addSerializer(InputStream.class, new UnreadStream())));
	}

	@Nullable ValueSerializer<?> find(Class<?> type) {
		if (!type.getName().startsWith(this.prefix)) {
			return null;
		}
		Method body = ReflectionUtils.findMethod(type, BODY);
		return new Model(this.mapper.obtain(), body);
	}

	/**
	 * Writes a model.
	 */
	private static final class Model extends ValueSerializer<Object> {

		private final ObjectMapper mapper;

		private final @Nullable Method body;

		Model(ObjectMapper mapper, @Nullable Method body) {
			this.mapper = mapper;
			this.body = body;
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializationContext context) {
			Object model = (this.body != null) ? ReflectionUtils.invokeMethod(this.body, value) : value;
			if (model instanceof Map<?, ?> parts) {
				// The parts of a form, which may be files.
				json.writeStartObject();
				parts.keySet().forEach((name) -> json.writeStringProperty(name.toString(), "[not recorded]"));
				json.writeEndObject();
				return;
			}
			try (TokenBuffer written = new TokenBuffer((ObjectCodec) null, false)) {
				this.mapper.writeValue(written, model);
				Jackson2.copy(written, value, json, context);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	/**
	 * Writes a note for a stream and does not read it, since the client must still send
	 * it.
	 */
	private static final class UnreadStream extends com.fasterxml.jackson.databind.JsonSerializer<InputStream> {

		@Override
		public void serialize(InputStream value, com.fasterxml.jackson.core.JsonGenerator json,
				SerializerProvider provider) throws IOException {
			json.writeString("[not recorded: " + value.getClass().getName() + "]");
		}

	}

	/**
	 * Requests and responses of OpenAI's SDK.
	 */
	static final class OpenAi {

		private OpenAi() {
		}

		static ProviderTypes types() {
			return new ProviderTypes("com.openai.", com.openai.core.ObjectMappers::jsonMapper);
		}

	}

	/**
	 * Requests and responses of Anthropic's SDK.
	 */
	static final class Anthropic {

		private Anthropic() {
		}

		static ProviderTypes types() {
			return new ProviderTypes("com.anthropic.", com.anthropic.core.ObjectMappers::jsonMapper);
		}

	}

}
