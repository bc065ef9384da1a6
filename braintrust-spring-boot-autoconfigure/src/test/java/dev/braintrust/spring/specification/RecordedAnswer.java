package dev.braintrust.spring.specification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A recorded answer of OpenAI's endpoint.
 *
 * @param request the request of the answer
 * @param way whether it was recorded as a call or as a stream
 */
record RecordedAnswer(String file, JsonNode request, Way way, String body) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static List<RecordedAnswer> all() {
		return StreamSupport.stream(JSON.readTree(read("index.json")).spliterator(), false)
			.map(RecordedAnswer::of)
			.toList();
	}

	static RecordedAnswer of(String file) {
		return all().stream().filter((answer) -> answer.file().equals(file)).findFirst().orElseThrow();
	}

	private static RecordedAnswer of(JsonNode entry) {
		String file = entry.get("file").asString();
		return new RecordedAnswer(file, entry.get("request"), file.endsWith(".txt") ? Way.STREAM : Way.CALL,
				read(file));
	}

	private static String read(String file) {
		try (InputStream input = RecordedAnswer.class.getResourceAsStream("/specification/recordings/" + file)) {
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The body for a call or a stream: the recorded one, or its conversion to the other
	 * form.
	 */
	String body(Way way) {
		if (way == this.way) {
			return this.body;
		}
		return (way == Way.STREAM) ? AnswerFormat.stream(JSON.readTree(this.body))
				: AnswerFormat.whole(this.body).toString();
	}

	@Override
	public String toString() {
		return this.file;
	}

}
