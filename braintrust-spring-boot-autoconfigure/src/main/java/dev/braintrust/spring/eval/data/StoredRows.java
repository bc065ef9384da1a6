package dev.braintrust.spring.eval.data;

import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.eval.data.EvalCase.Origin;
import tools.jackson.databind.JsonNode;

/**
 * Converts the rows of an object in Braintrust into cases.
 *
 * @param what the object in words, for messages
 * @param reader converts a row into a case
 * @param id returns the id of the object
 */
record StoredRows<I, E>(String what, RowPages rows, CaseReader<I, E> reader, String type,
		Supplier<String> id) implements Iterator<EvalCase<I, E>> {

	static Function<String, RuntimeException> unreadable(String what) {
		return (problem) -> new IllegalStateException(what + " cannot be read. " + problem);
	}

	@Override
	public boolean hasNext() {
		try {
			return this.rows.hasNext();
		}
		catch (ApiFailure ex) {
			throw new IllegalStateException(this.what + " cannot be read. " + ex.getMessage() + ".", ex);
		}
	}

	@Override
	public EvalCase<I, E> next() {
		hasNext();
		JsonNode row = this.rows.next();
		String id = row.path("id").asString("");
		try {
			return this.reader.read(row, new Origin(this.type, this.id.get(), id, row.path("_xact_id").asString(null),
					row.path("created").asString(null)));
		}
		catch (CaseProblem ex) {
			throw new IllegalStateException(this.what + " has an error in the row '" + id + "': " + ex.getMessage());
		}
	}

}
