package dev.braintrust.spring.ai.chat;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a model thinks, as far as it has arrived: in pieces or, from a model around
 * OpenAI's, with each chunk all of it so far. Which of the two it is, the first chunks
 * tell: a stream gives all of it where each chunk begins with the one before and some are
 * longer. From then on a chunk costs no more than it does in pieces.
 */
final class PartialReasoning {

	// One may be chance: "The", "There".
	private static final int SURE = 2;

	// Until it is told, as references: what is repeated may be long.
	private final List<String> untold = new ArrayList<>();

	private @Nullable StringBuilder pieces;

	private @Nullable String whole;

	private int growths;

	// Start with nothing.
	PartialReasoning(boolean inPieces) {
		this.pieces = inPieces ? new StringBuilder() : null;
	}

	void add(String chunk) {
		if (this.pieces != null) {
			this.pieces.append(chunk);
			return;
		}
		String before = this.whole;
		if (before == null || this.growths >= SURE) {
			this.whole = chunk;
		}
		else if (chunk.startsWith(before)) {
			this.untold.add(before);
			if (chunk.length() > before.length()) {
				this.whole = chunk;
				this.growths++;
			}
		}
		else {
			this.pieces = new StringBuilder().append(String.join("", this.untold)).append(before).append(chunk);
			this.untold.clear();
			this.whole = null;
		}
	}

	@Override
	public String toString() {
		return (this.pieces != null) ? this.pieces.toString() : ((this.whole != null) ? this.whole : "");
	}

}
