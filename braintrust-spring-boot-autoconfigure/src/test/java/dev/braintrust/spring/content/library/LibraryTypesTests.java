package dev.braintrust.spring.content.library;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.anthropic.models.messages.MessageCreateParams;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.Expose;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.annotations.SerializedName;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.content.json.SpanJson;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import kotlinx.serialization.KSerializer;
import kotlinx.serialization.Serializable;
import kotlinx.serialization.builtins.BuiltinSerializersKt;
import kotlinx.serialization.descriptors.SerialDescriptor;
import kotlinx.serialization.encoding.Decoder;
import kotlinx.serialization.encoding.Encoder;
import kotlinx.serialization.json.Json;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Tag;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of values that other libraries serialize.
 */
class LibraryTypesTests {

	private final SpanJson json = new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64);

	@Test
	void requestAndAnswerOfOpenAi() throws Exception {
		ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
			.model("gpt-4o-mini")
			.addUserMessage("Hello")
			.temperature(0.5)
			.build();
		assertSame(this.json.write(List.of(params)), """
				[{"messages": [{"content": "Hello", "role": "user"}], "model": "gpt-4o-mini", "temperature": 0.5}]""");
		String answer = """
				{"id": "c-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
				"choices": [{"index": 0, "finish_reason": "stop", "logprobs": null,
				"message": {"role": "assistant", "content": "Hi", "refusal": null}}]}""";
		ChatCompletion completion = com.openai.core.ObjectMappers.jsonMapper().readValue(answer, ChatCompletion.class);
		assertSame(this.json.write(completion), answer);
		assertSame(this.json.write(Map.of("choice", completion.choices().get(0).message())), """
				{"choice": {"role": "assistant", "content": "Hi", "refusal": null}}""");
	}

	@Test
	void fileOfARequestIsNotRead() {
		ByteArrayInputStream file = new ByteArrayInputStream(new byte[5]);
		TranscriptionCreateParams params = TranscriptionCreateParams.builder().model("whisper-1").file(file).build();
		assertThat(this.json.write(params)).contains("\"file\":\"[not recorded]\"");
		assertThat(file.available()).isEqualTo(5);
	}

	@Test
	void requestOfAnthropic() {
		MessageCreateParams params = MessageCreateParams.builder()
			.model("claude-sonnet-4-5")
			.maxTokens(100)
			.addUserMessage("Hello")
			.build();
		assertSame(this.json.write(params), """
				{"max_tokens": 100, "messages": [{"content": "Hello", "role": "user"}],
				"model": "claude-sonnet-4-5"}""");
	}

	@Test
	void treesAreTheirText() {
		JsonObject gson = new JsonObject();
		gson.addProperty("a", 1);
		gson.add("b", new Gson().toJsonTree(List.of("x", true)));
		JSONObject orgJson = new JSONObject(Map.of("a", new JSONArray(List.of(1, JSONObject.NULL))));
		Object kotlin = Json.Default.parseToJsonElement("{\"a\":[1,null]}");
		assertThat(this.json.write(gson)).isEqualTo("{\"a\":1,\"b\":[\"x\",true]}");
		assertThat(this.json.write(orgJson)).isEqualTo("{\"a\":[1,null]}");
		assertThat(this.json.write(kotlin)).isEqualTo("{\"a\":[1,null]}");
		assertThat(this.json.write(JSONObject.NULL)).isEqualTo("null");
		assertThat(this.json.write(new Object[] { gson.get("b"), Map.of("k", kotlin) }))
			.isEqualTo("[[\"x\",true],{\"k\":{\"a\":[1,null]}}]");
	}

	@Test
	void treeThatHasNoJsonIsANoteOfItsType() {
		assertThat(this.json.write(List.of(1, new JsonPrimitive(Double.NaN), 2)))
			.isEqualTo("[1,\"[not recorded: com.google.gson.JsonPrimitive]\",2]");
		assertThat(this.json.write(Any.newBuilder().setTypeUrl("types/unknown.Type").build()))
			.isEqualTo("\"[not recorded: com.google.protobuf.Any]\"");
	}

	@Test
	void whatIsAnnotatedForGsonIsWrittenByGson() {
		Account account = new Account("DE02120300000000202051");
		account.owners = List.of(new Owner("Anna", account));
		account.secret = new Secret();
		assertThat(this.json.write(new TreeMap<>(Map.of("a", account, "b", 1))))
			.isEqualTo("{\"a\":{\"the_iban\":\"***\",\"state\":\"open!\",\"count\":2,\"list\":[{\"name\":\"pen\"}],"
					+ "\"owners\":[{\"name\":\"Anna\",\"account\":\"[cycle]\"}],\"secret\":{\"shown\":1}},\"b\":1}");
	}

	@Test
	void whatGsonMasksAndJacksonWouldShowIsANote() {
		assertThat(this.json.write(Map.of("a", new Both("DE02120300000000202051"))))
			.isEqualTo("{\"a\":\"[not recorded: " + Both.class.getName() + "]\"}");
	}

	@Test
	void messagesOfProtocolBuffers() {
		Struct struct = Struct.newBuilder().putFields("a", Value.newBuilder().setNumberValue(1).build()).build();
		assertThat(this.json.write(List.of(struct, Timestamp.getDefaultInstance(), struct.toBuilder())))
			.isEqualTo("[{\"a\":1.0},\"1970-01-01T00:00:00Z\",{\"a\":1.0}]");
		assertThat(this.json.write(ByteString.EMPTY)).startsWith("\"[not recorded: com.google.protobuf.ByteString");
	}

	@Test
	void modelsOfAwsWithoutWhatTheSdkRedacts() {
		AssumeRoleRequest request = AssumeRoleRequest.builder()
			.roleArn("arn")
			.tags(Tag.builder().key("k").value("v").build())
			.build();
		assertThat(this.json.write(request))
			.isEqualTo("{\"RoleArn\":\"arn\",\"Tags\":[{\"Key\":\"k\",\"Value\":\"v\"}]}");
		AssumeRoleResponse response = AssumeRoleResponse.builder()
			.credentials((credentials) -> credentials.accessKeyId("id").secretAccessKey("hunter2"))
			.build();
		assertThat(this.json.write(response)).contains("\"SecretAccessKey\":\"[redacted]\"", "\"AccessKeyId\":\"id\"")
			.doesNotContain("hunter2");
		assertThat(this.json.write(List.of(
				Document.fromMap(Map.of("a",
						Document.fromList(
								List.of(Document.fromNumber("1.50"), Document.fromString("x"), Document.fromNull())))),
				SdkBytes.fromByteArray(new byte[3]))))
			.isEqualTo("[{\"a\":[1.50,\"x\",null]},\"[3 bytes]\"]");
	}

	@Test
	void modelOfAwsIsAskedForItsTextOnceAClass() {
		AtomicInteger asked = new AtomicInteger();
		assertThat(this.json.write(List.of(new Model(asked), new Model(asked))))
			.isEqualTo("[{\"name\":\"Anna\",\"code\":\"[redacted]\"},{\"name\":\"Anna\",\"code\":\"[redacted]\"}]");
		assertThat(asked).hasValue(1);
	}

	@Test
	void whatIsSerializableByKotlinIsWrittenByKotlin() {
		assertThat(this.json.write(Map.of("p", new Person("DE02120300000000202051")))).isEqualTo("{\"p\":\"***\"}");
	}

	@Test
	void whereTheLibrariesAreMissingOtherValuesAreWritten() throws Exception {
		List<URL> path = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (!entry
				.matches(".*(gson|protobuf|awssdk|kotlin|openai|anthropic|jackson-databind/2|jackson-core/2).*")) {
				path.add(new File(entry).toURI().toURL());
			}
		}
		try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new),
				getClass().getClassLoader().getParent())) {
			Class<?> type = loader.loadClass(WithoutLibraries.class.getName());
			Method write = type.getDeclaredMethod("write");
			write.setAccessible(true);
			assertThat(write.invoke(null)).isEqualTo("{\"a\":[1,{\"in\":\"x\"}]}");
		}
	}

	private static void assertSame(String written, String expected) {
		assertThat(JsonMapper.shared().readTree(written)).isEqualTo(JsonMapper.shared().readTree(expected));
	}

	/**
	 * Runs in a separate class loader.
	 */
	static final class WithoutLibraries {

		private WithoutLibraries() {
		}

		static String write() {
			record In(String in) {
			}
			return new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64)
				.write(Map.of("a", List.of(1, new In("x"))));
		}

	}

	static final class Account {

		@SerializedName("the_iban")
		@JsonAdapter(Masked.class)
		private final String iban;

		private final State state = State.OPEN;

		private final int count = 2;

		private final String absent = null;

		private final List<Item> list = List.of(new Item("pen"));

		private List<Owner> owners;

		private Secret secret;

		Account(String iban) {
			this.iban = iban;
		}

	}

	enum State {

		@SerializedName("open!")
		OPEN

	}

	record Item(String name) {
	}

	record Owner(String name, Account account) {
	}

	static final class Secret {

		@Expose
		private final int shown = 1;

		private final String hidden = "h";

	}

	static final class Masked extends TypeAdapter<String> {

		@Override
		public void write(JsonWriter json, String value) throws java.io.IOException {
			json.value("***");
		}

		@Override
		public String read(JsonReader json) {
			return "";
		}

	}

	/**
	 * The Java form of a compiled Kotlin class with @Serializable.
	 */
	@Serializable
	public static final class Person {

		public static final Companion Companion = new Companion();

		private final String iban;

		Person(String iban) {
			this.iban = iban;
		}

		public String getIban() {
			return this.iban;
		}

		/**
		 * Returns the serializer.
		 */
		public static final class Companion {

			public KSerializer<Person> serializer() {
				return new PersonSerializer();
			}

		}

	}

	private static final class PersonSerializer implements KSerializer<Person> {

		@Override
		public SerialDescriptor getDescriptor() {
			return BuiltinSerializersKt.serializer(kotlin.jvm.internal.StringCompanionObject.INSTANCE).getDescriptor();
		}

		@Override
		public void serialize(Encoder encoder, Person value) {
			encoder.encodeString("***");
		}

		@Override
		public Person deserialize(Decoder decoder) {
			throw new UnsupportedOperationException();
		}

	}

	/**
	 * A class like the SDK's generated models, which counts the calls of its toString().
	 */
	private record Model(AtomicInteger asked) implements SdkPojo {

		@Override
		public List<SdkField<?>> sdkFields() {
			return List.of(field("Name", "name", "Anna"), field("Code", "code", "1234"));
		}

		private static SdkField<String> field(String member, String name, String value) {
			return SdkField.<String>builder(MarshallingType.STRING)
				.memberName(member)
				.getter((model) -> value)
				.traits(LocationTrait.builder().location(MarshallLocation.PAYLOAD).locationName(name).build())
				.build();
		}

		@Override
		public Map<String, SdkField<?>> sdkFieldNameToField() {
			return Map.of();
		}

		@Override
		public String toString() {
			this.asked.incrementAndGet();
			return "Model(Name=Anna, Code=*** Sensitive Data Redacted ***)";
		}

	}

	static class Both {

		@JsonAdapter(Masked.class)
		@JsonProperty
		final String iban;

		Both(String iban) {
			this.iban = iban;
		}

	}

}
