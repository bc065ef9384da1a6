package dev.braintrust.spring.specification;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * Compares a row with the expectation of a case, by the rules of the specification's
 * {@code test/IMPLEMENTATION-GUIDE.md}: additional keys and elements are allowed, and all
 * differences are collected.
 */
final class RowComparison {

	private final List<String> differences = new ArrayList<>();

	private RowComparison() {
	}

	/**
	 * The differences, each with its whole path.
	 */
	static List<String> differences(String path, JsonNode actual, Object expected) {
		RowComparison comparison = new RowComparison();
		comparison.compare(path, actual, expected);
		return comparison.differences;
	}

	private void compare(String path, JsonNode actual, Object expected) {
		if (expected instanceof Expectation expectation) {
			compareExpectation(path, actual, expectation);
		}
		else if (expected instanceof Map<?, ?> fields) {
			compareObject(path, actual, fields);
		}
		else if (expected instanceof List<?> elements) {
			compareList(path, actual, elements);
		}
		else if (expected != null && !isEqual(actual, expected)) {
			differ(path, expected, actual);
		}
	}

	private void compareExpectation(String path, JsonNode actual, Expectation expected) {
		if (expected instanceof Expectation.AnyOf any) {
			List<List<String>> tries = any.alternatives()
				.stream()
				.map((alternative) -> differences(path, actual, alternative))
				.toList();
			if (tries.stream().noneMatch(List::isEmpty)) {
				this.differences.add(path + ": none of " + tries.size() + " alternatives: " + tries);
			}
		}
		else if (expected instanceof Expectation.Prefix prefix) {
			if (!actual.isString() || !actual.asString().startsWith(prefix.prefix())) {
				differ(path, prefix, actual);
			}
		}
		else if (expected instanceof Expectation.Predicate predicate && !predicate.holds(actual)) {
			differ(path, predicate, actual);
		}
	}

	private void compareObject(String path, JsonNode actual, Map<?, ?> fields) {
		if (!actual.isObject()) {
			differ(path, fields, actual);
			return;
		}
		fields.forEach((name, value) -> compare(path + "." + name, actual.path(String.valueOf(name)), value));
	}

	private void compareList(String path, JsonNode actual, List<?> elements) {
		// Some providers answer with an object instead of a list with one element.
		if (actual.isObject() && elements.size() == 1 && elements.get(0) instanceof Map<?, ?> fields) {
			compareObject(path, actual, fields);
			return;
		}
		if (!actual.isArray() || actual.size() < elements.size()) {
			differ(path, elements, actual);
			return;
		}
		for (int i = 0; i < elements.size(); i++) {
			compare(path + "[" + i + "]", actual.get(i), elements.get(i));
		}
	}

	private static boolean isEqual(JsonNode actual, Object expected) {
		if (expected instanceof Number number) {
			return actual.isNumber() && actual.decimalValue().compareTo(new BigDecimal(number.toString())) == 0;
		}
		if (expected instanceof Boolean) {
			return actual.isBoolean() && expected.equals(actual.asBoolean());
		}
		return actual.isString() && expected.equals(actual.asString());
	}

	private void differ(String path, Object expected, JsonNode actual) {
		this.differences.add(path + ": expected=" + expected + ", actual=" + actual);
	}

}
