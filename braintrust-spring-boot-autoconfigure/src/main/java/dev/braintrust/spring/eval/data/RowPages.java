package dev.braintrust.spring.eval.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.ProjectApi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads rows of Braintrust page by page. A later page may repeat rows of an earlier page
 * in an older state, so only the first row with an id is used.
 *
 * @see <a href="https://www.braintrust.dev/docs/api-reference">Braintrust's API,
 * {@code POST /v1/dataset/{dataset_id}/fetch}</a>
 */
public final class RowPages implements Iterator<JsonNode> {

	/**
	 * The maximum number of rows of a page.
	 */
	public static final int LIMIT = 500;

	private static final int PAGES_WITHOUT_NEWS = 20;

	private final Deque<JsonNode> read = new ArrayDeque<>();

	private final Set<String> ids = new HashSet<>();

	// An experiment may have many more spans than rows, so the ids of unwanted rows are
	// only kept as one hash per page.
	private final Set<Integer> unwanted = new HashSet<>();

	private final Source source;

	private final Predicate<JsonNode> wanted;

	private final Function<String, RuntimeException> failure;

	private int limit;

	private @Nullable String cursor;

	private int pagesWithoutNews;

	private boolean last;

	// Rows for which the predicate is false are skipped. The function creates the
	// exception for an invalid response.
	public RowPages(Source source, int limit, Predicate<JsonNode> wanted, Function<String, RuntimeException> failure) {
		this.source = source;
		this.limit = limit;
		this.wanted = wanted;
		this.failure = failure;
	}

	// Read the rows of an object, given as "/v1/dataset/" and its id.
	public static RowPages of(ProjectApi api, String object, @Nullable String version, Predicate<JsonNode> wanted,
			Function<String, RuntimeException> failure) {
		return new RowPages((limit, cursor) -> {
			ObjectNode body = JsonNodeFactory.instance.objectNode().put("limit", limit);
			if (cursor != null) {
				body.put("cursor", cursor);
			}
			if (version != null) {
				body.put("version", version);
			}
			return new Page(api.post(object + "/fetch", body), "events");
		}, LIMIT, wanted, failure);
	}

	@Override
	public boolean hasNext() {
		while (this.read.isEmpty() && !this.last) {
			read(page());
		}
		return !this.read.isEmpty();
	}

	@Override
	public JsonNode next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		return this.read.remove();
	}

	// Rows may be so large that a response breaks off, so retry with smaller pages.
	private Page page() {
		while (true) {
			try {
				return this.source.fetch(this.limit, this.cursor);
			}
			catch (ApiFailure ex) {
				if (!ex.reply().isBrokenOff() || this.limit == 1) {
					throw ex;
				}
				this.limit = Math.max(1, this.limit / 8);
			}
		}
	}

	private void read(Page page) {
		JsonNode rows = page.answer().path(page.rows());
		if (!rows.isArray()) {
			throw this.failure.apply("The answer has no rows.");
		}
		List<String> others = new ArrayList<>();
		for (JsonNode row : rows) {
			String id = row.path("id").asString("");
			if (id.isEmpty()) {
				throw this.failure.apply("A row has no id.");
			}
			if (!this.wanted.test(row)) {
				others.add(id);
			}
			else if (this.ids.add(id)) {
				this.read.add(row);
			}
		}
		boolean news = (!others.isEmpty() && this.unwanted.add(others.hashCode())) || !this.read.isEmpty();
		String next = page.answer().path("cursor").asString("");
		this.cursor = next;
		this.last = next.isEmpty() || rows.isEmpty();
		// A faulty server may return cursors forever.
		this.pagesWithoutNews = news ? 0 : this.pagesWithoutNews + 1;
		if (this.pagesWithoutNews == PAGES_WITHOUT_NEWS && !this.last) {
			throw this.failure.apply("The server answers the same pages again.");
		}
	}

	/**
	 * Fetches pages.
	 */
	@FunctionalInterface
	public interface Source {

		Page fetch(int limit, @Nullable String cursor);

	}

	/**
	 * A page of rows.
	 *
	 * @param answer the response, with a cursor if there are more pages
	 * @param rows the name of the property that contains the rows
	 */
	public record Page(JsonNode answer, String rows) {

	}

}
