package dev.braintrust.spring.eval.data;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * What is wrong with a case, and where. It names properties and columns, and has none of
 * their values.
 */
final class CaseProblem extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final long line;

	private final int column;

	private CaseProblem(String message, long line, int column) {
		super(message, null, false, false);
		this.line = line;
		this.column = column;
	}

	static CaseProblem of(String message) {
		return new CaseProblem(message, 0, 0);
	}

	static CaseProblem at(long line, String message) {
		return new CaseProblem(message, line, 0);
	}

	// What is no JSON, or no CSV. What the library says may have parts of the file.
	static CaseProblem of(JacksonException ex, long lineOfText, String message) {
		TokenStreamLocation location = ex.getLocation();
		String text = (ex instanceof StreamConstraintsException)
				? "it is too large to be read, or nested too deep: is a quote not closed?" : message;
		if (location == null) {
			return at(lineOfText, text);
		}
		long line = (lineOfText > 0) ? lineOfText : Math.max(location.getLineNr(), 0);
		return new CaseProblem(text, line, Math.max(location.getColumnNr(), 0));
	}

	// The same for the line of the case.
	CaseProblem in(long line) {
		return at(line, String.valueOf(getMessage()));
	}

	// As in "in line 3, column 7", or nothing.
	String place() {
		return ((this.line > 0) ? " in line " + this.line : "") + ((this.column > 0) ? ", column " + this.column : "");
	}

}
