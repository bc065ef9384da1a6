package dev.braintrust.spring.trace;

/**
 * The grammar of a member of a {@code baggage} header. A receiver may drop a whole header
 * for one member that it cannot read, so what does not keep to the grammar is not handed
 * on.
 *
 * @see <a href="https://www.w3.org/TR/baggage/#definition">W3C Baggage, "Definition"</a>
 */
final class BaggageGrammar {

	private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

	private final String text;

	private int position;

	private BaggageGrammar(String text) {
		this.text = text;
	}

	// Whether a text is a whole member: a key, a value and any properties.
	static boolean isMember(String text) {
		BaggageGrammar grammar = new BaggageGrammar(text);
		return grammar.token() && grammar.equalsSign() && grammar.value() && grammar.properties();
	}

	// Whether a text is one property or several.
	static boolean areProperties(String text) {
		BaggageGrammar grammar = new BaggageGrammar(";" + text);
		return grammar.properties();
	}

	static boolean isToken(String text) {
		BaggageGrammar grammar = new BaggageGrammar(text);
		return grammar.token() && grammar.atEnd();
	}

	private boolean properties() {
		while (take(';')) {
			if (!token() || (equalsSign() && !value())) {
				return false;
			}
		}
		return atEnd();
	}

	private boolean token() {
		space();
		int start = this.position;
		while (!atEnd() && isTokenChar(this.text.charAt(this.position))) {
			this.position++;
		}
		return this.position > start;
	}

	private boolean equalsSign() {
		return take('=');
	}

	// May be empty. What is percent-encoded must be so wholly, since it is decoded.
	private boolean value() {
		space();
		while (!atEnd() && isOctet(this.text.charAt(this.position))) {
			if (this.text.charAt(this.position) == '%' && !(isHex(this.position + 1) && isHex(this.position + 2))) {
				return false;
			}
			this.position++;
		}
		return true;
	}

	private boolean take(char expected) {
		space();
		boolean there = !atEnd() && this.text.charAt(this.position) == expected;
		if (there) {
			this.position++;
		}
		return there;
	}

	private void space() {
		while (!atEnd() && isSpace(this.text.charAt(this.position))) {
			this.position++;
		}
	}

	private boolean atEnd() {
		return this.position == this.text.length();
	}

	private boolean isHex(int index) {
		return index < this.text.length() && this.text.charAt(index) < 128
				&& Character.digit(this.text.charAt(index), 16) != -1;
	}

	static boolean isSpace(char character) {
		return character == ' ' || character == '\t';
	}

	static boolean isAlphanumeric(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9');
	}

	private static boolean isTokenChar(char character) {
		return isAlphanumeric(character) || TOKEN_MARKS.indexOf(character) != -1;
	}

	private static boolean isOctet(char character) {
		return character > ' ' && character < 127 && "\",;\\".indexOf(character) == -1;
	}

}
