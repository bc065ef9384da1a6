package dev.braintrust.spring.eval.data;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * An error in a case and its position. It names properties and columns, but never
 * contains their values.
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

	// For text that is not JSON or CSV. The library's message is not used: it may quote
	// the file.
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

	// Return the same problem with the line of the case.
	CaseProblem in(long line) {
		return at(line, String.valueOf(getMessage()));
	}

	// Return the position, such as " in line 3, column 7", or an empty text.
	String place() {
		return ((this.line > 0) ? " in line " + this.line : "") + ((this.column > 0) ? ", column " + this.column : "");
	}

}
