package dev.braintrust.spring.content;

import java.lang.reflect.InvocationTargetException;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.BeanPropertyWriter;

/**
 * Writes a property of a bean, or a mark where it cannot be read or written.
 */
final class GuardedProperty extends BeanPropertyWriter {

	private static final long serialVersionUID = 1L;

	private final String attribute;

	GuardedProperty(BeanPropertyWriter property) {
		super(property);
		this.attribute = EntityType.attribute(property.getMember().getName());
	}

	private GuardedProperty(GuardedProperty property, PropertyName name) {
		super(property, name);
		this.attribute = property.attribute;
	}

	@Override
	protected BeanPropertyWriter _new(PropertyName name) {
		return new GuardedProperty(this, name);
	}

	@Override
	public void serializeAsProperty(Object bean, JsonGenerator json, SerializationContext context) throws Exception {
		if (!LazyState.isLoaded(bean, this.attribute)) {
			json.writeName(getSerializedName());
			json.writeString(GuardedSerializer.NOT_LOADED);
			return;
		}
		TokenStreamContext object = json.streamWriteContext();
		try {
			super.serializeAsProperty(bean, json, context);
		}
		catch (BoundedText.LimitExceededException ex) {
			throw ex;
		}
		catch (Exception | StackOverflowError | LinkageError | AssertionError ex) {
			Throwable failure = unwrap(ex);
			close(json, object);
			mark(json, object, "[" + failure.getClass().getName() + "]");
			if (context.getAttribute(UnwritableTypes.class) instanceof UnwritableTypes types) {
				types.report(bean.getClass().getName(), getName(), failure);
			}
		}
	}

	private static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof InvocationTargetException && cause != null) ? cause : failure;
	}

	// Closes what was begun within the property.
	private static void close(JsonGenerator json, TokenStreamContext object) {
		while (json.streamWriteContext() != object) {
			if (json.streamWriteContext().inArray()) {
				json.writeEndArray();
			}
			else {
				writeIfExpected(json, "[cut]");
				json.writeEndObject();
			}
		}
	}

	private void mark(JsonGenerator json, TokenStreamContext object, String mark) {
		if (!writeIfExpected(json, mark) && !getName().equals(object.currentName())) {
			json.writeName(getSerializedName());
			json.writeString(mark);
		}
	}

	// Writes a value where the name of a property stands without one.
	private static boolean writeIfExpected(JsonGenerator json, String value) {
		try {
			json.writeString(value);
			return true;
		}
		catch (StreamWriteException ex) {
			return false;
		}
	}

}
