package dev.braintrust.spring.eval.data;

import java.io.CharConversionException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import dev.braintrust.spring.eval.data.FileDataset.Rows;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.csv.CsvFactory;
import tools.jackson.dataformat.csv.CsvReadFeature;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Reads the rows of a CSV file. Jackson's CSV library is optional.
 *
 * @param texts the columns whose cells are plain text, even if they look like JSON
 */
record CsvFormat(Set<String> texts) implements FileDataset.Format {

	private static final String[] COLUMNS = { "input", "expected", "tags", "metadata", "id", "trials" };

	private static final Set<String> OBJECTS = Set.of("input", "expected", "metadata");

	private static final int MAX_COLUMNS = 1000;

	private static final int MAX_CELL = 64 << 20;

	static CsvFormat of(Class<?> input, Class<?> expected, @Nullable ClassLoader loader) {
		Assert.state(ClassUtils.isPresent("tools.jackson.dataformat.csv.CsvFactory", loader),
				"'Dataset.csv' needs a library that is missing. Add the dependency "
						+ "'tools.jackson.dataformat:jackson-dataformat-csv'.");
		Set<String> texts = new HashSet<>(Set.of("id", "trials"));
		Stream.of("input", "expected")
			.filter((name) -> CharSequence.class.isAssignableFrom(name.equals("input") ? input : expected))
			.forEach(texts::add);
		return new CsvFormat(texts);
	}

	@Override
	public void read(InputStream file, CaseReader<?, ?> reader, Rows rows) {
		CsvFactory factory = CsvFactory.builder()
			.enable(CsvReadFeature.WRAP_AS_ARRAY, CsvReadFeature.SKIP_EMPTY_LINES,
					CsvReadFeature.EMPTY_UNQUOTED_STRING_AS_NULL)
			.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(MAX_CELL).build())
			.build();
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), file)) {
			parser.nextToken();
			List<@Nullable String> header = cells(parser, MAX_COLUMNS);
			if (header == null) {
				return;
			}
			List<String> columns = columns(header);
			long line = parser.currentLocation().getLineNr();
			for (List<@Nullable String> cells = cells(parser, columns.size()); cells != null; cells = cells(parser,
					columns.size())) {
				if (cells.size() < columns.size()) {
					throw CaseProblem.at(line, "it has fewer columns than the header: " + cells.size() + ", not "
							+ columns.size() + ". Put a value with a comma or a line break in double quotes.");
				}
				rows.row(line, row(columns, cells, reader.mapper()));
				line = parser.currentLocation().getLineNr();
			}
		}
		catch (JacksonException ex) {
			if (ex instanceof JacksonIOException && !(ex.getCause() instanceof CharConversionException)) {
				throw ex;
			}
			throw CaseProblem.of(ex, 0,
					"it is not CSV. Separate values by commas, put a value with a comma, a quote or a "
							+ "line break in double quotes, double the quotes in it, and save the file in UTF-8.");
		}
	}

	private static @Nullable List<@Nullable String> cells(JsonParser parser, int most) {
		if (parser.nextToken() != JsonToken.START_ARRAY) {
			return null;
		}
		List<@Nullable String> cells = new ArrayList<>();
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (cells.size() == most) {
				throw CaseProblem.at(parser.currentTokenLocation().getLineNr(),
						"it has too many columns: more than " + most + ". Put a value with a comma in double quotes.");
			}
			cells.add((token == JsonToken.VALUE_NULL) ? null : parser.getString());
		}
		return cells;
	}

	private static List<String> columns(List<@Nullable String> header) {
		List<String> columns = header.stream().map((name) -> (name != null) ? name.strip() : "").toList();
		Set<String> seen = new HashSet<>();
		for (String column : columns) {
			String name = column.contains(".") ? column.substring(0, column.indexOf('.')) : column;
			boolean known = column.contains(".") ? OBJECTS.contains(name) && !column.endsWith(".")
					: CaseReader.isKnown(column);
			if (!known) {
				throw CaseProblem.at(1,
						"'" + column + "' is not a column of a case. The first line names the columns: "
								+ String.join(", ", COLUMNS)
								+ ", or parts of them such as 'input.city' and 'metadata.source'.");
			}
			if (!seen.add(column) || (column.contains(".") && columns.contains(name))) {
				throw CaseProblem.at(1, "it has the column '" + column + "' twice, or as a whole and in parts");
			}
		}
		if (columns.stream().noneMatch((column) -> column.equals("input") || column.startsWith("input."))) {
			throw CaseProblem.at(1,
					"it has no column 'input'. The first line names the columns: " + String.join(", ", COLUMNS) + ".");
		}
		return columns;
	}

	private JsonNode row(List<String> columns, List<@Nullable String> cells, JsonMapper mapper) {
		ObjectNode row = mapper.createObjectNode();
		for (int i = 0; i < columns.size(); i++) {
			String column = columns.get(i);
			String cell = cells.get(i);
			if (cell == null) {
				continue;
			}
			int dot = column.indexOf('.');
			if (dot > 0) {
				row.withObjectProperty(column.substring(0, dot)).set(column.substring(dot + 1), value(cell, mapper));
			}
			else {
				row.set(column, this.texts.contains(column) ? JsonNodeFactory.instance.stringNode(cell)
						: column.equals("tags") ? tags(cell, mapper) : value(cell, mapper));
			}
		}
		return row;
	}

	private static JsonNode tags(String cell, JsonMapper mapper) {
		JsonNode tags = value(cell, mapper);
		return tags.isArray() ? tags : mapper
			.valueToTree(Stream.of(cell.split(";")).map(String::strip).filter((tag) -> !tag.isEmpty()).toList());
	}

	// Parse a cell that contains a JSON object or array.
	private static JsonNode value(String cell, JsonMapper mapper) {
		String text = cell.strip();
		if (text.startsWith("{") || text.startsWith("[")) {
			try {
				return mapper.readTree(text);
			}
			catch (JacksonException ex) {
				// It is plain text.
			}
		}
		return JsonNodeFactory.instance.stringNode(cell);
	}

}
