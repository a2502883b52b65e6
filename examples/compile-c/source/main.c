#include <stdio.h>

int main(void) {
    puts("compiled inside");
    return 0;
}
