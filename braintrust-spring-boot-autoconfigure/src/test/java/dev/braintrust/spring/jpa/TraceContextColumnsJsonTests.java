package dev.braintrust.spring.jpa;

import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TraceContextColumns} as JSON, the format in which caches, sessions and
 * job libraries store objects.
 */
class TraceContextColumnsJsonTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	static Stream<Json> mappers() {
		return Stream.of(new Jackson2(new ObjectMapper()),
				new Jackson2(new ObjectMapper().setVisibility(PropertyAccessor.ALL, Visibility.NONE)
					.setVisibility(PropertyAccessor.FIELD, Visibility.ANY)),
				new Jackson2(new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)),
				new Jackson3(JsonMapper.shared()),
				new Jackson3(JsonMapper.builder()
					.changeDefaultVisibility(
							(checker) -> checker.with(Visibility.NONE).withFieldVisibility(Visibility.ANY))
					.build()),
				new Jackson3(JsonMapper.builder()
					.activateDefaultTypingAsProperty(
							BasicPolymorphicTypeValidator.builder().allowIfSubType(Object.class).build(),
							tools.jackson.databind.DefaultTyping.NON_FINAL, "@class")
					.build()));
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void contextIsWrittenAndRead(Json json) throws Exception {
		TraceContextColumns columns = new TraceContextColumns();
		columns.store(TRACEPARENT, "vendor=1");
		Parameters read = json.read(json.write(new Parameters("conversation", columns)));
		assertThat(read.trace()).isEqualTo(columns);
		assertThat(read.trace().traceparent()).isEqualTo(TRACEPARENT);
		assertThat(read.trace().tracestate()).isEqualTo("vendor=1");
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void emptyContextIsWrittenAndReadAndTakesAContext(Json json) throws Exception {
		Parameters read = json.read(json.write(new Parameters("conversation", new TraceContextColumns())));
		assertThat(read.trace()).isEqualTo(new TraceContextColumns()).hasSameHashCodeAs(new TraceContextColumns());
		assertThat(read.trace().traceparent()).isNull();
		read.trace().store(TRACEPARENT, null);
		assertThat(read.trace().traceparent()).isEqualTo(TRACEPARENT);
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void namesAreThoseOfTheSpecificationAndWhatIsEmptyIsNull(Json json) throws Exception {
		assertThat(json.write(new Parameters("conversation", new TraceContextColumns())))
			.contains("\"traceparent\":null,\"tracestate\":null}")
			.doesNotContain("owners");
	}

	record Parameters(String name, TraceContextColumns trace) {
	}

	interface Json {

		String write(Parameters parameters) throws Exception;

		Parameters read(String json) throws Exception;

	}

	public record Jackson2(ObjectMapper mapper) implements Json {

		@Override
		public String write(Parameters parameters) throws Exception {
			return this.mapper.writeValueAsString(parameters);
		}

		@Override
		public Parameters read(String json) throws Exception {
			return this.mapper.readValue(json, Parameters.class);
		}

	}

	record Jackson3(JsonMapper mapper) implements Json {

		@Override
		public String write(Parameters parameters) {
			return this.mapper.writeValueAsString(parameters);
		}

		@Override
		public Parameters read(String json) {
			return this.mapper.readValue(json, Parameters.class);
		}

	}

}
