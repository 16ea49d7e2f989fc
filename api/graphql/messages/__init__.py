"""Messages about documents and variables: made of GraphQL names and of words of our own, never of a value.

What graphql-core says repeats what it was given, so none of its texts is passed on: ``inputs`` looks at
values itself, ``rebuilt`` lets names and known words through, ``syntax`` kinds of tokens.
"""
