package dev.braintrust.spring.prompt;

import java.io.Writer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Mustache.VariableFetcher;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import org.jspecify.annotations.Nullable;

/**
 * Renders a Mustache template. Neither the template nor the variables are trusted.
 * Variables are JSON, and a template can only read their properties. Partials and lambdas
 * are not supported. The length of the text, the repetitions of sections and the lookups
 * of variables are limited.
 */
final class MustacheText {

	private static final int MAX_TEMPLATE = 1 << 20;

	private static final int MAX_TEXT = 16 << 20;

	private static final int MAX_STEPS = 1_000_000;

	// A lookup splits the name, so a long name costs more steps.
	private static final int LONG_NAME = 32;

	private static final String TOO_DEEP = "is nested too deep";

	private MustacheText() {
	}

	static String render(PromptText prompt, String template) {
		if (template.length() > MAX_TEMPLATE) {
			throw failure(prompt, "is longer than " + MAX_TEMPLATE + " characters", null);
		}
		Mustache.Compiler compiler = Mustache.compiler()
			.escapeHTML(false)
			.strictSections(prompt.strict())
			.withFormatter((value) -> (value instanceof String text) ? text : prompt.mapper().writeValueAsString(value))
			.withCollector(new JsonCollector(prompt));
		BoundedText text = new BoundedText(prompt);
		try {
			(prompt.strict() ? compiler : compiler.defaultValue("")).compile(template)
				.execute(prompt.variables(), text);
			return text.toString();
		}
		catch (MustacheException.Context ex) {
			// The library reports a failed lookup like a missing variable.
			if (ex.getCause() instanceof IllegalStateException bound) {
				throw bound;
			}
			throw failure(prompt, (ex.getCause() instanceof StackOverflowError) ? TOO_DEEP
					: "needs the variable '" + ex.key + "', which has no value", null);
		}
		catch (MustacheException | UnsupportedOperationException ex) {
			throw failure(prompt, "is not a valid template, or has partials, which are not supported", ex);
		}
		catch (StackOverflowError ex) {
			throw failure(prompt, TOO_DEEP, null);
		}
	}

	private static IllegalStateException failure(PromptText prompt, String what, @Nullable Throwable cause) {
		return new IllegalStateException("The prompt '" + prompt.slug() + "' " + what, cause);
	}

	/**
	 * Reads JSON only. The library's own collectors would call methods of any object.
	 */
	private static final class JsonCollector extends BasicCollector {

		private final PromptText prompt;

		private int steps;

		JsonCollector(PromptText prompt) {
			this.prompt = prompt;
		}

		@Override
		@SuppressWarnings("NullAway")
		public @Nullable Iterator<?> toIterator(Object value) {
			step(1);
			return (value instanceof List<?> list) ? new Steps(list.iterator()) : null;
		}

		private void step(int cost) {
			this.steps += cost;
			if (this.steps > MAX_STEPS) {
				throw failure(this.prompt, "repeats its sections and variables too often", null);
			}
		}

		// The library's own fetcher would also resolve 'entrySet'. A fetcher is called
		// for each lookup and each enclosing section, even for missing names, so count
		// each call.
		@Override
		public VariableFetcher createFetcher(Object context, String name) {
			return (value, property) -> {
				step(1 + property.length() / LONG_NAME);
				return (value instanceof Map<?, ?> map && map.containsKey(property)) ? map.get(property)
						: Template.NO_FETCHER_FOUND;
			};
		}

		@Override
		public <K, V> Map<K, V> createFetcherCache() {
			return new LinkedHashMap<>();
		}

		/**
		 * Iterates over a list and counts its items.
		 */
		private final class Steps implements Iterator<Object> {

			private final Iterator<?> items;

			Steps(Iterator<?> items) {
				this.items = items;
			}

			@Override
			public boolean hasNext() {
				return this.items.hasNext();
			}

			@Override
			public Object next() {
				step(1);
				return this.items.next();
			}

		}

	}

	/**
	 * A text with a maximum length.
	 */
	private static final class BoundedText extends Writer {

		private final StringBuilder text = new StringBuilder();

		private final PromptText prompt;

		BoundedText(PromptText prompt) {
			this.prompt = prompt;
		}

		@Override
		public void write(char[] buffer, int start, int length) {
			if (this.text.length() + length > MAX_TEXT) {
				throw failure(this.prompt, "is longer than " + MAX_TEXT + " characters", null);
			}
			this.text.append(buffer, start, length);
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

		@Override
		public String toString() {
			return this.text.toString();
		}

	}

}
