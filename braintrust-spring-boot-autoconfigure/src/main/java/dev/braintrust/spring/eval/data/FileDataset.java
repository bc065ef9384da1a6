package dev.braintrust.spring.eval.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;

import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.util.Assert;
import org.springframework.util.ResourceUtils;

/**
 * The cases of a file, which is read completely at the start of an experiment.
 *
 * @param location a path, or a Spring resource location
 * @param expected the type of the expected outputs
 */
record FileDataset<I, E>(String location, Format format, Class<I> input, Class<E> expected) implements Dataset<I, E> {

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	FileDataset {
		Assert.hasText(location, "'location' must not be empty");
		Assert.notNull(input, "'input' must not be null");
		Assert.notNull(expected, "'expected' must not be null");
		Assert.isTrue(!location.startsWith("http:") && !location.startsWith("https:"),
				() -> "The dataset '" + location + "' is on the network. Download it, and give the path of the file.");
	}

	@Override
	public Iterator<EvalCase<I, E>> iterator() {
		CaseReader<I, E> reader = new CaseReader<>(this.input, this.expected);
		List<EvalCase<I, E>> cases = new ArrayList<>();
		try (InputStream file = withoutMark(resource().getInputStream())) {
			this.format.read(file, reader, (line, row) -> {
				try {
					cases.add(reader.read(row));
				}
				catch (CaseProblem ex) {
					throw ex.in(line);
				}
			});
		}
		catch (CaseProblem ex) {
			throw new IllegalStateException(
					"The dataset '" + this.location + "' has an error" + ex.place() + ": " + ex.getMessage());
		}
		catch (FileNotFoundException | NoSuchFileException ex) {
			throw new IllegalStateException("The dataset '" + this.location + "' does not exist. Correct the location: "
					+ "it is a path, or begins with 'classpath:' or 'file:'.");
		}
		catch (IOException | JacksonIOException ex) {
			throw new IllegalStateException("The dataset '" + this.location + "' cannot be read", ex);
		}
		Assert.state(!cases.isEmpty(), () -> "The dataset '" + this.location + "' has no cases. Add some to the file.");
		return cases.iterator();
	}

	private Resource resource() {
		return (this.location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX) || ResourceUtils.isUrl(this.location))
				? new DefaultResourceLoader().getResource(this.location) : new FileSystemResource(this.location);
	}

	private static InputStream withoutMark(InputStream file) throws IOException {
		PushbackInputStream begun = new PushbackInputStream(file, BYTE_ORDER_MARK.length);
		byte[] first = begun.readNBytes(BYTE_ORDER_MARK.length);
		if (!Arrays.equals(first, BYTE_ORDER_MARK)) {
			begun.unread(first);
		}
		return begun;
	}

	/**
	 * A file format.
	 */
	@FunctionalInterface
	interface Format {

		void read(InputStream file, CaseReader<?, ?> reader, Rows rows) throws IOException;

	}

	/**
	 * Receives the rows of a file.
	 */
	@FunctionalInterface
	interface Rows {

		void row(long line, JsonNode row);

	}

}
