package dev.braintrust.spring.content.json;

import java.lang.reflect.InvocationTargetException;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
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
		this.attribute = LazyType.attribute(property.getMember().getName());
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
			String mark = PartialValue.mark(failure);
			PartialValue.close(json, object, mark);
			mark(json, object, mark);
			if (context.getAttribute(UnwritableTypes.class) instanceof UnwritableTypes types) {
				types.report(bean.getClass().getName(), getName(), failure);
			}
		}
	}

	private static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof InvocationTargetException && cause != null) ? cause : failure;
	}

	private void mark(JsonGenerator json, TokenStreamContext object, String mark) {
		if (!PartialValue.writeIfExpected(json, mark) && !getName().equals(object.currentName())) {
			json.writeName(getSerializedName());
			json.writeString(mark);
		}
	}

}
