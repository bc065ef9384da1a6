package com.example;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A copy of the application's console output.
 */
final class Output extends OutputStream {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final PrintStream console = System.out;

	Output() {
		System.setOut(new PrintStream(this, true, StandardCharsets.UTF_8));
	}

	/**
	 * The warnings and errors in the log, except those that a slow machine causes:
	 * sending takes a second, or the MCP client leaves while its server still answers.
	 */
	List<String> warnings() {
		return this.written.toString(StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> line.contains(" WARN ") || line.contains(" ERROR "))
			.filter((line) -> !line.contains(" The application context waits up to ")
					&& !line.contains("McpTransport "))
			.toList();
	}

	@Override
	public synchronized void write(int b) {
		this.written.write(b);
		this.console.write(b);
	}

	@Override
	public synchronized void write(byte[] bytes, int offset, int length) {
		this.written.write(bytes, offset, length);
		this.console.write(bytes, offset, length);
		this.console.flush();
	}

}
