package dev.braintrust.spring.eval.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/**
 * A file of scores: a JSON array with one line for each input.
 *
 * <pre>
 * [
 * {"input":"I want my money back","scores":{"exactMatch":1.0}},
 * {"input":"Where is my parcel?","scores":{"exactMatch":0.5}}
 * ]
 * </pre>
 *
 * @param file the path of the file
 */
public record BaselineFile(Path file) implements Baseline {

	@Override
	public String name() {
		Path name = this.file.getFileName();
		return (name != null) ? name.toString() : this.file.toString();
	}

	// Read the file, or return null if it does not exist yet.
	public @Nullable ScoredInputs read() {
		if (!Files.exists(this.file)) {
			return null;
		}
		try {
			JsonNode rows = CanonicalJson.MAPPER.readTree(Files.readString(this.file));
			ScoredInputs inputs = new ScoredInputs();
			if (!rows.isArray()) {
				throw unreadable("it is not an array", null);
			}
			for (JsonNode row : rows) {
				if (!row.has("input") || !row.path("scores").isObject()) {
					throw unreadable("its row " + inputs.inputs().size() + " has no input or no scores", null);
				}
				inputs.addCanonical(CanonicalJson.of(row.path("input")), scores(row.path("scores")));
			}
			return inputs;
		}
		catch (JacksonException ex) {
			TokenStreamLocation location = ex.getLocation();
			throw unreadable((location != null)
					? "it is not JSON at line " + location.getLineNr() + ", column " + location.getColumnNr()
					: "it is not JSON", ex);
		}
		catch (IOException ex) {
			throw unreadable(ex.getClass().getName(), ex);
		}
	}

	private Map<String, Double> scores(JsonNode scores) {
		Map<String, Double> values = new TreeMap<>();
		scores.properties().forEach((score) -> {
			if (!score.getValue().isNumber()) {
				throw unreadable("its score '" + score.getKey() + "' is not a number", null);
			}
			values.put(score.getKey(), score.getValue().doubleValue());
		});
		return values;
	}

	private IllegalStateException unreadable(String problem, @Nullable Throwable cause) {
		return new IllegalStateException("The baseline '" + this.file + "' cannot be read: " + problem
				+ ". Restore it, or rewrite it with braintrust.evals.bless=true.", cause);
	}

	// Write the file, unless its content is already the same.
	public void bless(ScoredInputs inputs) {
		try {
			String text = text(inputs);
			if (Files.exists(this.file) && Files.readString(this.file).equals(text)) {
				return;
			}
			Path directory = this.file.toAbsolutePath().getParent();
			if (directory != null) {
				Files.createDirectories(directory);
			}
			Path written = this.file.resolveSibling(name() + ".tmp");
			Files.writeString(written, text);
			Files.move(written, this.file, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The baseline '" + this.file + "' cannot be written", ex);
		}
	}

	private static String text(ScoredInputs inputs) {
		StringBuilder text = new StringBuilder("[");
		for (String input : inputs.inputs()) {
			text.append((text.length() > 1) ? ",\n" : "\n");
			text.append("{\"input\":").append(input).append(",\"scores\":");
			text.append(CanonicalJson.MAPPER.writeValueAsString(inputs.canonical(input))).append('}');
		}
		return text.append("\n]\n").toString();
	}

}
