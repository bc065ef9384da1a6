package dev.braintrust.spring.eval.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

import dev.braintrust.spring.eval.data.FileDataset.Rows;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * Reads the rows of JSON files and JSON Lines files. The size of a line or a file is
 * limited, so that any other file causes an error instead of filling the memory.
 */
final class JsonFormats {

	static final int MAX_LINE = 64 << 20;

	static final long MAX_FILE = 256L << 20;

	private JsonFormats() {
	}

	static void lines(InputStream file, CaseReader<?, ?> reader, Rows rows) throws IOException {
		BufferedInputStream bytes = new BufferedInputStream(file);
		byte[] line = line(bytes, 1);
		for (long number = 1; line != null; line = line(bytes, ++number)) {
			if (!new String(line, 0, Math.min(line.length, 100), StandardCharsets.ISO_8859_1).isBlank()
					|| line.length > 100) {
				rows.row(number, row(line, number, reader));
			}
		}
	}

	private static JsonNode row(byte[] line, long number, CaseReader<?, ?> reader) {
		try {
			return reader.mapper().readTree(line);
		}
		catch (JacksonException ex) {
			throw CaseProblem.of(ex, number, "it is not JSON. Write each case as one line, in UTF-8. "
					+ "For a JSON array, use 'Dataset.json'.");
		}
	}

	private static byte @Nullable [] line(BufferedInputStream bytes, long number) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream(256);
		int next = bytes.read();
		if (next < 0) {
			return null;
		}
		for (; next >= 0 && next != '\n'; next = bytes.read()) {
			line.write(next);
			if (line.size() > MAX_LINE) {
				throw CaseProblem.at(number, "it is longer than 64 MB. Write each case as one line.");
			}
		}
		return line.toByteArray();
	}

	static void array(InputStream file, CaseReader<?, ?> reader, Rows rows) {
		JsonFactory factory = JsonFactory.builder()
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.streamReadConstraints(StreamReadConstraints.builder().maxDocumentLength(MAX_FILE).build())
			.build();
		ObjectReader elements = reader.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), file)) {
			JsonToken first = parser.nextToken();
			if (first == null) {
				return;
			}
			if (first != JsonToken.START_ARRAY) {
				throw CaseProblem.at(1, "it does not begin with '['. Write an array of cases. "
						+ "For one case in each line, use 'Dataset.jsonl'.");
			}
			while (parser.nextToken() != JsonToken.END_ARRAY) {
				int line = parser.currentTokenLocation().getLineNr();
				rows.row(line, elements.readTree(parser));
			}
			if (parser.nextToken() != null) {
				throw CaseProblem.at(parser.currentTokenLocation().getLineNr(),
						"there is something after the array. Write one array of cases.");
			}
		}
		catch (JacksonIOException ex) {
			throw ex;
		}
		catch (JacksonException ex) {
			throw CaseProblem.of(ex, 0, "it is not JSON. Write an array of cases, in UTF-8.");
		}
	}

}
