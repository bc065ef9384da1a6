package dev.braintrust.spring.eval.report;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a run: a bar on a terminal after two seconds, otherwise a log
 * line every ten seconds. A shorter run shows nothing.
 */
public final class Progress {

	private static final Log logger = LogFactory.getLog(Progress.class);

	private static final Duration LINES = Duration.ofSeconds(10);

	private static final Duration FIRST_BAR = Duration.ofSeconds(2);

	private static final Duration BARS = Duration.ofMillis(200);

	private static final int WIDTH = 30;

	private final long start = System.nanoTime();

	private final AtomicInteger ended = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final String experiment;

	private final int size;

	private final @Nullable PrintWriter terminal;

	private final boolean shown;

	private boolean drawn;

	private boolean over;

	public Progress(String experiment, int size, @Nullable Boolean shown, @Nullable PrintWriter terminal) {
		this.experiment = experiment;
		this.size = size;
		this.shown = !Boolean.FALSE.equals(shown);
		this.terminal = terminal;
	}

	// Return the terminal, or null if the output is redirected or is the log of a
	// CI build.
	public static @Nullable PrintWriter terminal() {
		Console console = System.console();
		return (console != null && System.getenv("CI") == null && isTerminal(console)) ? console.writer() : null;
	}

	// Since JDK 22 a console may exist without a terminal; isTerminal() tells.
	private static boolean isTerminal(Console console) {
		try {
			return (boolean) Console.class.getMethod("isTerminal").invoke(console);
		}
		catch (ReflectiveOperationException ex) {
			return true;
		}
	}

	public void start(ScheduledExecutorService clock) {
		try {
			if (this.shown && this.terminal != null) {
				clock.scheduleAtFixedRate(this::draw, FIRST_BAR.toMillis(), BARS.toMillis(), TimeUnit.MILLISECONDS);
			}
			else if (this.shown) {
				clock.scheduleAtFixedRate(this::log, LINES.toMillis(), LINES.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (OutOfMemoryError ex) {
			// No thread can be created; the run continues without progress.
		}
	}

	public void ended(boolean isFailed) {
		this.ended.incrementAndGet();
		if (isFailed) {
			this.failed.incrementAndGet();
		}
	}

	void log() {
		logger.info("The experiment " + this.experiment + " goes on: " + state());
	}

	synchronized void draw() {
		if (this.terminal != null && !this.over) {
			int done = (int) ((long) this.ended.get() * WIDTH / Math.max(1, this.size));
			this.terminal.print("\r[" + "#".repeat(done) + ".".repeat(WIDTH - done) + "] " + state() + "   ");
			this.terminal.flush();
			this.drawn = true;
		}
	}

	// Clear the bar, so that the following output can use its line.
	public synchronized void stop() {
		this.over = true;
		if (this.terminal != null && this.drawn) {
			this.terminal.print("\r" + " ".repeat(WIDTH + 60) + "\r");
			this.terminal.flush();
		}
	}

	private String state() {
		int ended = this.ended.get();
		String state = String.format(Locale.ROOT, "%,d of %,d %s", ended, this.size, (this.size == 1) ? "row" : "rows");
		if (this.failed.get() > 0) {
			state += String.format(Locale.ROOT, ", %,d failed", this.failed.get());
		}
		if (ended > 0 && ended < this.size) {
			double each = (System.nanoTime() - this.start) / 1e9 / ended;
			state += String.format(Locale.ROOT, ", about %.0f s left", Math.ceil(each * (this.size - ended)));
		}
		return state;
	}

}
