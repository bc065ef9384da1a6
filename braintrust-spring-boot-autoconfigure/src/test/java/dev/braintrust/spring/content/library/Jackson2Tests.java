package dev.braintrust.spring.content.library;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.json.SpanJson;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of values that Jackson 2 serializes.
 */
public class Jackson2Tests {

	private static final String IBAN = "DE02120300000000202051";

	private final SpanJson json = new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64);

	@Test
	void treeIsItsJson() throws IOException {
		String text = "{\"a\":[1,1.5,true,null,\"x\"],\"b\":{\"c\":{}}}";
		JsonNode tree = new ObjectMapper().readTree(text);
		assertThat(this.json.write(tree)).isEqualTo(text);
		assertThat(this.json.write(List.of(tree, tree.get("a"), tree.at("/a/4"))))
			.isEqualTo("[" + text + ",[1,1.5,true,null,\"x\"],\"x\"]");
	}

	@Test
	void treeThatIsTooDeepIsCutAndTheRestStays() {
		JsonNode deep = JsonNodeFactory.instance.textNode("bottom");
		for (int i = 0; i < 700; i++) {
			deep = (i % 2 == 0) ? JsonNodeFactory.instance.arrayNode().add("before").add(deep).add("after")
					: JsonNodeFactory.instance.objectNode().set("in", deep);
		}
		Map<String, Object> map = new LinkedHashMap<>();
		map.put("tree", deep);
		map.put("last", 1);
		String written = this.json.write(map);
		assertThat(JsonMapper.shared().readTree(written).get("last").asInt()).isEqualTo(1);
		assertThat(written).contains("[too deep]").doesNotContain("bottom");
	}

	@Test
	void objectsAndBytesInATreeAreWrittenAsAnywhereElse() {
		JsonNode tree = JsonNodeFactory.instance.objectNode()
			.put("bytes", new byte[3])
			.putPOJO("card", new Card(IBAN, List.of(), Map.of(), "n"))
			.putPOJO("stream", List.of(1).stream());
		assertThat(this.json.write(tree)).startsWith("{\"bytes\":\"[3 bytes]\",\"card\":{")
			.contains("\"iban\":\"***\"", "[not recorded: java.util.stream.")
			.doesNotContain(IBAN);
	}

	@Test
	void whatItsAnnotationsMaskIsMasked() {
		Map<String, Integer> keys = Map.of(IBAN, 1);
		assertThat(this.json.write(new Card(IBAN, List.of(IBAN), keys, IBAN)))
			.isEqualTo("{\"iban\":\"***\",\"others\":[\"***\"],\"byIban\":{\"***\":1},\"converted\":\"22\"}");
		assertThat(this.json.write(List.of(new Secret(IBAN), Map.of("in", new Secret(IBAN)))))
			.isEqualTo("[\"***\",{\"in\":\"***\"}]");
		assertThat(this.json.write(new Bundled(IBAN, IBAN))).isEqualTo("{\"end\":\"***2051\",\"start\":\"DE02***\"}");
		assertThat(this.json.write(new Narrowed(new Wide(IBAN)))).isEqualTo("{\"as\":{\"name\":\"n\"}}");
		assertThat(this.json.write(new Named("x"))).isEqualTo("{\"first_name\":\"x\"}");
	}

	@Test
	void annotationsOfBothJacksonsHoldInOneValue() {
		record Inner(@tools.jackson.databind.annotation.JsonSerialize(using = Mask3.class) String iban) {
		}
		record Outer(@JsonSerialize(using = Mask.class) String iban, @JsonProperty("in") Inner inner) {
		}
		assertThat(this.json.write(new Outer(IBAN, new Inner(IBAN))))
			.isEqualTo("{\"iban\":\"***\",\"in\":{\"iban\":\"***\"}}");
	}

	@Test
	void whatASerializerHandsOnIsGuarded() {
		Handing handing = new Handing();
		assertThat(this.json.write(Map.of("a", handing)))
			.isEqualTo("{\"a\":{\"object\":{\"value\":\"***\"},\"default\":{\"value\":\"***\"},"
					+ "\"self\":\"[cycle]\",\"stream\":\"[not recorded: java.io.ByteArrayInputStream]\"}}");
	}

	@Test
	void serializerThatFailsIsAMarkAndTheRestStays() {
		assertThat(this.json.write(List.of(1, new Failing(), new Partly(), 2))).isEqualTo(
				"[1,\"[java.lang.IllegalStateException]\"," + "\"[java.lang.UnsupportedOperationException]\",2]");
	}

	@Test
	void rawValueThatIsNoJsonIsAString() {
		record Raw(@JsonRawValue String good, @JsonRawValue String bad) {
		}
		assertThat(this.json.write(new Raw("{\"a\":1}", "{\"a\":")))
			.isEqualTo("{\"good\":{\"a\":1},\"bad\":\"{\\\"a\\\":\"}");
	}

	public record Card(@JsonSerialize(using = Mask.class) String iban,
			@JsonSerialize(contentUsing = Mask.class) List<String> others,
			@JsonSerialize(keyUsing = MaskKey.class) Map<String, Integer> byIban,
			@JsonSerialize(converter = ToLength.class) String converted) {
	}

	@JsonSerialize(using = Mask.class)
	record Secret(String value) {
	}

	record Bundled(@End(4) String end, @JsonSerialize(using = Ends.class) String start) {
	}

	record Narrowed(@JsonSerialize(as = Narrow.class) Wide as) {
	}

	interface Narrow {

		default String getName() {
			return "n";
		}

	}

	public static final class Wide implements Narrow {

		public final String secret;

		Wide(String secret) {
			this.secret = secret;
		}

	}

	@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
	record Named(String firstName) {
	}

	@Retention(RetentionPolicy.RUNTIME)
	@Target({ ElementType.FIELD, ElementType.METHOD })
	@JacksonAnnotationsInside
	@JsonSerialize(using = Ends.class)
	@interface End {

		int value();

	}

	static class Mask extends JsonSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeString("***");
		}

	}

	static class MaskKey extends JsonSerializer<Object> {

		@Override
		public void serialize(Object value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeFieldName("***");
		}

	}

	static class Mask3 extends tools.jackson.databind.ValueSerializer<Object> {

		@Override
		public void serialize(Object value, tools.jackson.core.JsonGenerator json,
				tools.jackson.databind.SerializationContext context) {
			json.writeString("***");
		}

	}

	static class ToLength extends StdConverter<String, String> {

		@Override
		public String convert(String value) {
			return String.valueOf(value.length());
		}

	}

	/**
	 * A serializer that reads the annotation of its property.
	 */
	static class Ends extends JsonSerializer<Object> implements ContextualSerializer {

		private final @Nullable End end;

		Ends() {
			this(null);
		}

		Ends(@Nullable End end) {
			this.end = end;
		}

		@Override
		public JsonSerializer<?> createContextual(SerializerProvider provider, BeanProperty property) {
			return new Ends(property.getAnnotation(End.class));
		}

		@Override
		public void serialize(Object value, JsonGenerator json, SerializerProvider provider) throws IOException {
			String text = value.toString();
			json.writeString((this.end != null) ? "***" + text.substring(text.length() - this.end.value())
					: text.substring(0, 4) + "***");
		}

	}

	record Holder(Secret value) {
	}

	@JsonSerialize(using = HandingOn.class)
	static final class Handing {

	}

	static class HandingOn extends JsonSerializer<Handing> {

		@Override
		public void serialize(Handing value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeStartObject(value);
			json.writeObjectField("object", new Holder(new Secret(IBAN)));
			provider.defaultSerializeField("default", new Holder(new Secret(IBAN)), json);
			json.writeObjectField("self", value);
			json.writePOJOField("stream", new java.io.ByteArrayInputStream(new byte[1]));
			json.writeEndObject();
		}

	}

	@JsonSerialize(using = Fails.class)
	static final class Failing {

	}

	static class Fails extends JsonSerializer<Failing> {

		@Override
		public void serialize(Failing value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeStartObject();
			json.writeFieldName("a");
			throw new IllegalStateException("secret content");
		}

	}

	@JsonSerialize(using = WritesPart.class)
	static final class Partly {

	}

	static class WritesPart extends JsonSerializer<Partly> {

		@Override
		public void serialize(Partly value, JsonGenerator json, SerializerProvider provider) throws IOException {
			json.writeStartObject();
			json.writeFieldName("a");
			json.writeRaw("{");
		}

	}

}
