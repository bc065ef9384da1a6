package dev.braintrust.spring.content;

import java.util.concurrent.atomic.AtomicLong;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the attributes of a {@link WrittenSpan}.
 */
class WrittenSpanTests {

	@Test
	void oneAttributeOfANameIsKeptAlsoAmongMany() {
		WrittenSpan.Content content = new WrittenSpan.Content(Attributes.empty(), Attributes.empty(), 0);
		for (int i = 0; i < 1000; i++) {
			content.put(AttributeKey.stringKey("name" + i % 500), "first");
		}
		for (int i = 0; i < 500; i++) {
			content.put(AttributeKey.longKey("name" + i), (long) i);
		}
		assertThat(content.size()).isEqualTo(500);
		assertThat(content.get(AttributeKey.longKey("name7"))).isEqualTo(7);
		assertThat(content.get(AttributeKey.longKey("name499"))).isEqualTo(499);
	}

	@Test
	void manyAttributesAreNotComparedWithEachOther() {
		AtomicLong asked = new AtomicLong();
		AttributesBuilder many = Attributes.builder();
		for (int i = 0; i < 2000; i++) {
			many.put(new Counted("name" + i, asked), "value");
		}
		Attributes attributes = many.build();
		asked.set(0);
		WrittenSpan.Content content = new WrittenSpan.Content(Attributes.empty(), attributes, 0);
		assertThat(content.size()).isEqualTo(2000);
		assertThat(asked).hasValueLessThan(100_000);
	}

	/**
	 * A key that counts the reads of its name.
	 *
	 * @param name the name
	 * @param asked the number of reads of all keys
	 */
	private record Counted(String name, AtomicLong asked) implements AttributeKey<String> {

		@Override
		public String getKey() {
			this.asked.incrementAndGet();
			return this.name;
		}

		@Override
		public AttributeType getType() {
			return AttributeType.STRING;
		}

	}

}
