package dev.braintrust.spring.eval.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;

import dev.braintrust.spring.api.ApiFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads rows of Braintrust page by page. A later page may have rows of an earlier one, as
 * they were before, so each id counts once.
 *
 * @param <I> the type of the inputs
 * @param <E> the type of the expected outputs
 */
final class StoredRows<I, E> implements Iterator<EvalCase<I, E>> {

	private static final int LIMIT = 500;

	// A server may answer with cursors for good.
	private static final int PAGES_WITHOUT_A_ROW = 20;

	private final Deque<EvalCase<I, E>> read = new ArrayDeque<>();

	private final Set<String> ids = new HashSet<>();

	private final Pages pages;

	private final CaseReader<I, E> reader;

	private int limit = LIMIT;

	private @Nullable String cursor;

	private boolean last;

	StoredRows(Pages pages, CaseReader<I, E> reader) {
		this.pages = pages;
		this.reader = reader;
	}

	@Override
	public boolean hasNext() {
		for (int i = 0; this.read.isEmpty() && !this.last; i++) {
			if (i == PAGES_WITHOUT_A_ROW) {
				throw endless();
			}
			read(page());
		}
		return !this.read.isEmpty();
	}

	@Override
	public EvalCase<I, E> next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		return this.read.remove();
	}

	// Rows may be so large that fewer of them fit into an answer.
	private JsonNode page() {
		while (true) {
			try {
				return this.pages.fetch(this.limit, this.cursor);
			}
			catch (ApiFailure ex) {
				if (!ex.reply().isBrokenOff() || this.limit == 1) {
					throw new IllegalStateException(this.pages + " cannot be read. " + ex.getMessage() + ".", ex);
				}
				this.limit = Math.max(1, this.limit / 8);
			}
		}
	}

	private void read(JsonNode page) {
		JsonNode rows = this.pages.rows(page);
		if (!rows.isArray()) {
			throw new IllegalStateException(this.pages + " cannot be read. The answer has no rows.");
		}
		for (JsonNode row : rows) {
			String id = row.path("id").asString("");
			if (id.isEmpty()) {
				throw new IllegalStateException(this.pages + " cannot be read. A row has no id.");
			}
			if (this.ids.add(id)) {
				this.read.add(read(id, row));
			}
		}
		this.cursor = page.path("cursor").asString(null);
		this.last = this.cursor == null || rows.isEmpty();
	}

	private EvalCase<I, E> read(String id, JsonNode row) {
		try {
			return this.reader.read(row, this.pages.origin(id, row));
		}
		catch (CaseProblem ex) {
			throw new IllegalStateException(this.pages + " has an error in the row '" + id + "': " + ex.getMessage());
		}
	}

	private IllegalStateException endless() {
		return new IllegalStateException(this.pages + " cannot be read. The server answers the same pages again.");
	}

	/**
	 * Fetches pages.
	 */
	interface Pages {

		JsonNode fetch(int limit, @Nullable String cursor);

		JsonNode rows(JsonNode page);

		EvalCase.Origin origin(String row, JsonNode event);

	}

}
