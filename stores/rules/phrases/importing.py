"""How people answer whether a file shall be imported."""

from conversations.engine.reading.phrases import Phrases

IMPORT_THEM = Phrases("""
    import|save|add|load|upload|take|bring [it|them|all|everything|these|those|this] [in|now]
    import|save|add|load|upload|take [all] [of] [the|this|these|those] file|rows|stores|lines|list|numbers|names
    import|save|add|load|take all|everything [of] [it|them]
    [import|save|add|load|take] [only|just] [the] new [ones|stores|rows|names]
    [import|save|add] without updating [anything|them|existing]
    start [it|now|importing|(the import)]
""")
UPDATE_TOO = Phrases("""
    [import|save|add] [it|them|all|everything] [and] update|replace|overwrite|change
        [it|them|those|(the old ones)|existing|(the existing)] [ones|stores|numbers|names] [too|also|(as well)]
    [import|save|add] [it|them|all|everything] [and] update|replace|overwrite [all|the] existing|old
        [ones|stores|numbers|names] [too|also|(as well)]
    use the new numbers
    import with updates
""")
