package dev.braintrust.spring.eval.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.Reply;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of the pages that a server answers.
 */
class StoredRowsTests {

	private final List<String> asked = new ArrayList<>();

	private final Deque<String> answers = new ArrayDeque<>();

	private int most = Integer.MAX_VALUE;

	private List<String> inputs(String... answers) {
		this.answers.addAll(List.of(answers));
		List<String> inputs = new ArrayList<>();
		new StoredRows<>(new Answered(), new CaseReader<>(String.class, String.class))
			.forEachRemaining((row) -> inputs.add(row.input()));
		return inputs;
	}

	@Test
	void pageWithoutACursorIsTheLast() {
		assertThat(inputs("{\"rows\":[{\"id\":\"1\",\"input\":\"a\"}],\"cursor\":\"x\"}",
				"{\"rows\":[{\"id\":\"2\",\"input\":\"b\"}]}"))
			.containsExactly("a", "b");
		assertThat(this.asked).containsExactly("500 null", "500 x");
	}

	@Test
	void rowWithoutAnIdIsAnErrorAndNotLost() {
		assertThatIllegalStateException().isThrownBy(() -> inputs("{\"rows\":[{\"input\":\"a\"}]}"))
			.withMessage("The pages cannot be read. A row has no id.");
	}

	@Test
	void pageThatIsTooLargeIsAskedForInSmallerOnes() {
		this.most = 7;
		assertThat(inputs("{\"rows\":[{\"id\":\"1\",\"input\":\"a\"}],\"cursor\":\"x\"}", "{\"rows\":[]}"))
			.containsExactly("a");
		assertThat(this.asked).containsExactly("500 null", "62 null", "7 null", "7 x");
	}

	@Test
	void rowThatIsTooLargeIsAnError() {
		this.most = 0;
		assertThatIllegalStateException().isThrownBy(() -> inputs())
			.withMessage("The pages cannot be read. The answer is too large (status 200).");
		assertThat(this.asked).containsExactly("500 null", "62 null", "7 null", "1 null");
	}

	private final class Answered implements StoredRows.Pages {

		@Override
		public JsonNode fetch(int limit, String cursor) {
			StoredRowsTests.this.asked.add(limit + " " + cursor);
			if (limit > StoredRowsTests.this.most) {
				throw new ApiFailure("The answer is too large",
						new Reply(200, "", new byte[0], null, new IOException("too large")));
			}
			return JsonMapper.shared().readTree(StoredRowsTests.this.answers.remove());
		}

		@Override
		public JsonNode rows(JsonNode page) {
			return page.path("rows");
		}

		@Override
		public EvalCase.Origin origin(String row, JsonNode event) {
			return new EvalCase.Origin("dataset", "d-1", row, null, null);
		}

		@Override
		public String toString() {
			return "The pages";
		}

	}

}
