package dev.braintrust.spring.trace;

import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.jpa.TraceContextColumns;
import dev.braintrust.spring.trace.w3c.W3CTraceContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StoredParent} with arbitrary values in the columns.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoredValuesTests {

	private static final long SEED = 20261121;

	private static final int STRINGS = 12_000;

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private static final Pattern TRACE_CONTEXT = Pattern
		.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

	private ConfigurableApplicationContext context;

	private ProjectTracer tracer;

	@BeforeAll
	void start() {
		this.context = new SpringApplicationBuilder(BraintrustAutoConfiguration.class).web(WebApplicationType.NONE)
			.properties(Map.of("braintrust.api-url", "http://127.0.0.1:1", "braintrust.api-key", "sk-test",
					"braintrust.projects.support.name", "Support Agent", "braintrust.check-on-startup", "false"))
			.run();
		this.tracer = this.context.getBean(BraintrustProjects.class).tracer("support");
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	// The cases of W3C's own test suite. In a header, a later version is read as far as
	// it is known. In storage, we only write version 00. Code with quadratic time would
	// take hours here.
	@ParameterizedTest
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	@ValueSource(strings = { " ", "\t", ", ", " ,", "=", "a=", "0", "-" })
	void timeToReadGrowsWithTheLengthOfTheColumnsAlone(String filling) {
		String text = filling.repeat(1_000_000);
		ProjectSpan malformed = this.tracer.inTrace(new Columns(text, text), "turn").startSpan();
		assertThat(malformed.getSpanContext().isValid()).isTrue();
		ProjectSpan span = this.tracer.inTrace(new Columns(TRACEPARENT, "a=1" + text + ",b=1"), "turn").startSpan();
		assertThat(TRACEPARENT).contains(span.getSpanContext().getTraceId());
		assertThat(span.getSpanContext().getTraceState().isEmpty()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			00-12345678901234567890123456789012-1234567890123456-01, true, true
			00-12345678901234567890123456789012-1234567890123456-00, true, true
			00-12345678901234567890123456789012-1234567890123456-ff, true, true
			cc-12345678901234567890123456789012-1234567890123456-01, true, false
			cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like, true, false
			cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-not-be-like, false, false
			ff-12345678901234567890123456789012-1234567890123456-01, false, false
			.0-12345678901234567890123456789012-1234567890123456-01, false, false
			0.-12345678901234567890123456789012-1234567890123456-01, false, false
			000-12345678901234567890123456789012-1234567890123456-01, false, false
			0000-12345678901234567890123456789012-1234567890123456-01, false, false
			0-12345678901234567890123456789012-1234567890123456-01, false, false
			00-00000000000000000000000000000000-1234567890123456-01, false, false
			00-.2345678901234567890123456789012-1234567890123456-01, false, false
			00-1234567890123456789012345678901.-1234567890123456-01, false, false
			00-123456789012345678901234567890123-1234567890123456-01, false, false
			00-1234567890123456789012345678901-1234567890123456-01, false, false
			00-12345678901234567890123456789012-0000000000000000-01, false, false
			00-12345678901234567890123456789012-.234567890123456-01, false, false
			00-12345678901234567890123456789012-123456789012345.-01, false, false
			00-12345678901234567890123456789012-12345678901234567-01, false, false
			00-12345678901234567890123456789012-123456789012345-01, false, false
			00-12345678901234567890123456789012-1234567890123456-.0, false, false
			00-12345678901234567890123456789012-1234567890123456-0., false, false
			00-12345678901234567890123456789012-1234567890123456-001, false, false
			00-12345678901234567890123456789012-1234567890123456-1, false, false
			00-12345678901234567890123456789012-1234567890123456-01-, false, false
			00-ABCDEF78901234567890123456789012-1234567890123456-01, false, false
			'', false, false
			""")
	void traceparentOfW3cIsReadAsItSays(String traceparent, boolean header, boolean stored) {
		assertThat(W3CTraceContext.parse(traceparent, null).isValid()).isEqualTo(header);
		assertThat(W3CTraceContext.parseStored(traceparent, null).isValid()).isEqualTo(stored);
		if (stored) {
			assertThat(TRACE_CONTEXT.matcher(traceparent).matches()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			foo=1                 | foo=1
			foo=1,bar=2           | foo=1,bar=2
			foo@=1                |
			foo =1                |
			FOO=1                 |
			foo.bar=1             |
			=1                    |
			foo                   |
			foo-_*/bar=bar-_*/4   | foo-_*/bar=bar-_*/4
			fw529a3039@dt=FIXED_1 | fw529a3039@dt=FIXED_1
			""")
	void tracestateOfW3cThatIsNoneIsLeftOut(String tracestate, String expected) {
		TraceContextColumns columns = new TraceContextColumns();
		columns.store(TRACEPARENT, tracestate);
		ProjectSpan span = this.tracer.inTrace(columns, "turn").startSpan();
		assertThat(W3CTraceContext.tracestate(span.getSpanContext())).isEqualTo(expected);
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACEPARENT.substring(3, 35));
	}

	@Test
	void generatedValuesDoNoHarmAndAreRepairedAndSaidOnce(CapturedOutput output) {
		Random random = new Random(SEED);
		int malformed = 0;
		while (malformed < STRINGS) {
			String traceparent = Mutation.any(random).apply(TRACEPARENT, random);
			String tracestate = Mutation.any(random).apply("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", random);
			if (TRACE_CONTEXT.matcher(traceparent).matches()) {
				continue;
			}
			malformed++;
			TraceContextColumns columns = new TraceContextColumns();
			columns.store(traceparent, tracestate);
			ProjectSpan span = this.tracer.inTrace(columns, "turn").startSpan();
			assertThat(span.getSpanContext().isSampled()).as(traceparent).isTrue();
			assertThat(columns.traceparent()).as(traceparent)
				.matches(TRACE_CONTEXT)
				.contains(span.getSpanContext().getTraceId() + "-" + span.getSpanContext().getSpanId());
			assertThat(columns.tracestate()).as(traceparent).isNull();
			ProjectSpan next = this.tracer.inTrace(columns, "next").startSpan();
			assertThat(next.getSpanContext().getTraceId()).isEqualTo(span.getSpanContext().getTraceId());
		}
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "A stored trace context is malformed"))
			.isLessThanOrEqualTo(1);
		assertThat(output).doesNotContain("Exception");
	}

	private record Columns(String traceparent, String tracestate) implements StoredTraceContext {

		@Override
		public void store(String traceparent, String tracestate) {
		}

	}

	/**
	 * Changes a value.
	 */
	private enum Mutation implements BiFunction<String, Random, String> {

		TRUNCATED {
			@Override
			public String apply(String value, Random random) {
				return value.substring(0, random.nextInt(value.length()));
			}
		},

		EXTENDED {
			@Override
			public String apply(String value, Random random) {
				return value + garbage(random, 1 + random.nextInt(600));
			}
		},

		SHIFTED {
			@Override
			public String apply(String value, Random random) {
				int at = random.nextInt(value.length());
				return value.substring(at) + value.substring(0, at);
			}
		},

		CHARACTER_CHANGED {
			@Override
			public String apply(String value, Random random) {
				int at = random.nextInt(value.length());
				return value.substring(0, at) + garbage(random, 1) + value.substring(at + 1);
			}
		},

		CHARACTER_INSERTED {
			@Override
			public String apply(String value, Random random) {
				int at = random.nextInt(value.length());
				return value.substring(0, at) + garbage(random, 1) + value.substring(at);
			}
		},

		ZEROED {
			@Override
			public String apply(String value, Random random) {
				return random.nextBoolean() ? value.replaceAll("[0-9a-f]", "0")
						: value.replaceAll("-[0-9a-f]{" + (random.nextBoolean() ? 16 : 32) + "}-", "-0-");
			}
		},

		OTHER_VERSION {
			@Override
			public String apply(String value, Random random) {
				return "%02x%s".formatted(1 + random.nextInt(255), value.substring(2));
			}
		},

		UPPER_CASE {
			@Override
			public String apply(String value, Random random) {
				return value.toUpperCase(Locale.ROOT);
			}
		},

		PADDED {
			@Override
			public String apply(String value, Random random) {
				return random.nextBoolean() ? " " + value : value + " ".repeat(1 + random.nextInt(10));
			}
		},

		OVERSIZED {
			@Override
			public String apply(String value, Random random) {
				return value.repeat(2 + random.nextInt(100));
			}
		},

		GARBAGE {
			@Override
			public String apply(String value, Random random) {
				return garbage(random, random.nextInt(2 * value.length()));
			}
		};

		static Mutation any(Random random) {
			return values()[random.nextInt(values().length)];
		}

		private static String garbage(Random random, int length) {
			StringBuilder text = new StringBuilder();
			for (int i = 0; i < length; i++) {
				text.append(character(random));
			}
			return text.toString();
		}

		private static char character(Random random) {
			return switch (random.nextInt(4)) {
				case 0 -> "0123456789abcdef-".charAt(random.nextInt(17));
				case 1 -> (char) random.nextInt(128);
				case 2 -> (char) random.nextInt(0x10000);
				default -> "=,; %\u0000\n'\"\\".charAt(random.nextInt(10));
			};
		}

	}

}
